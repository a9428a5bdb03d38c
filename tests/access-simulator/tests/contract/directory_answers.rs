//! Answers about directories that say less than was done, or something else.

use access_simulator::PostAnswer;

use crate::support::*;

#[tokio::test]
async fn q8_a_created_directory_is_answered_with_any_success() {
    for (mode, status) in [
        (PostAnswer::Whole, 201),
        (PostAnswer::NoStoreId, 201),
        (PostAnswer::Empty, 201),
        (PostAnswer::Job, 202),
    ] {
        let caller = Caller::with(|switches| switches.directory_post_answer = mode).await;
        let created = caller.post_directory("D", "d").await;
        assert_eq!(created.status, status, "{mode:?}");
        let has_body = matches!(mode, PostAnswer::Whole | PostAnswer::NoStoreId);
        assert_eq!(created.text.is_empty(), !has_body, "{mode:?}");
        assert_eq!(
            created.json["userStoreId"].is_string(),
            mode == PostAnswer::Whole,
            "{mode:?}"
        );

        let directory = caller.tenant().directories()[1].clone();
        let location = created.headers.get("location").map(|to| to.to_str().unwrap());
        assert_eq!(
            location.is_some_and(|to| to.contains("/jobs/") && !to.ends_with(&directory.id)),
            mode == PostAnswer::Job,
            "{mode:?}"
        );
        let listed = &caller.get(DIRECTORIES).await.json["items"][1];
        assert_eq!(listed["userstoreId"], directory.user_store_id, "{mode:?}");
        let one = caller.get(&format!("{DIRECTORIES}/{}", directory.id)).await.json;
        assert_eq!(one["userStoreId"], directory.user_store_id, "{mode:?}");
    }
}
