//! Q22: lists that come in pages.

use access_simulator::{ListShape, Paging};
use serde_json::{Value, json};

use crate::support::*;

/// Where the two lists are, and what names an entry of them.
const LISTS: [(&str, &str); 2] = [(CLIENTS, "clientId"), (DIRECTORIES, "name")];

/// Three entries in each list, two on a page.
async fn paged(clients: ListShape, directories: Paging) -> Caller {
    let caller = Caller::with(|switches| {
        switches.client_list = clients;
        switches.directory_list = directories;
        switches.list_page_size = 2;
    })
    .await;
    caller.post_directory("D", "d").await;
    caller.post_directory("E", "e").await;
    caller
}

/// The names that each answer of a chain lists.
async fn chain(
    caller: &Caller,
    path: &str,
    name: &str,
    next: impl Fn(&Answer) -> Option<String>,
) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut at = Some(path.to_owned());
    while let Some(path) = at {
        let page = caller.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        let items = page.json["items"].as_array().unwrap();
        pages.push(
            items
                .iter()
                .map(|item| item[name].as_str().unwrap().into())
                .collect(),
        );
        at = next(&page).map(|url| url.strip_prefix(&caller.simulator.url()).unwrap().to_owned());
    }
    pages
}

fn expected(path: &str) -> Vec<Vec<String>> {
    let names = if path == CLIENTS {
        ["Service__OAuth2Client", "acs", "terraform-admin"]
    } else {
        ["System Domain", "D", "E"]
    };
    names
        .chunks(2)
        .map(|page| page.iter().map(ToString::to_string).collect())
        .collect()
}

#[tokio::test]
async fn pages_with_totals_are_asked_for_by_number() {
    let caller = paged(ListShape::New, Paging::Totals).await;
    for (path, name) in LISTS {
        for (query, number, page) in [
            ("", 1, 0),
            ("?startIndex=1&pageSize=500", 1, 0), // the tenant gives no more than it gives
            ("?startIndex=2", 2, 1),
        ] {
            let answer = caller.get(&format!("{path}{query}")).await.json;
            let totals =
                ["totalCount", "totalPages", "pageNumber", "pageSize"].map(|name| answer[name].clone());
            assert_eq!(totals, [3, 2, number, 2], "{path}{query}");
            let items: Vec<_> = answer["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item[name].clone())
                .collect();
            assert_eq!(items, expected(path)[page], "{path}{query}");
        }
        let beyond = caller.get(&format!("{path}?startIndex=3")).await.json;
        assert_eq!((&beyond["items"], &beyond["totalCount"]), (&json!([]), &json!(3)));
        let one = caller.get(&format!("{path}?startIndex=3&pageSize=1")).await.json;
        assert_eq!(
            one["items"][0][name],
            expected(path)[1][0],
            "a smaller page is granted"
        );
    }
}

#[tokio::test]
async fn pages_lead_to_the_next_one() {
    let in_body = |page: &Answer| page.json["_links"]["next"]["href"].as_str().map(str::to_owned);
    let in_header = |page: &Answer| {
        let value = page.headers.get("link")?.to_str().unwrap();
        let url = value
            .strip_prefix('<')
            .unwrap()
            .strip_suffix(">; rel=\"next\"")
            .unwrap();
        Some(url.to_owned())
    };
    for (path, name) in LISTS {
        let path_and_query = format!("{path}?includeJitDirectories=true&startIndex=9");
        let caller = paged(ListShape::Next, Paging::Next).await;
        assert_eq!(
            chain(&caller, &path_and_query, name, in_body).await,
            expected(path)
        );
        assert_eq!(chain(&caller, path, name, in_header).await.len(), 1);
        let caller = paged(ListShape::Link, Paging::Link).await;
        assert_eq!(
            chain(&caller, &path_and_query, name, in_header).await,
            expected(path)
        );
        assert_eq!(chain(&caller, path, name, in_body).await.len(), 1);
        let asked = caller.tenant().requests();
        let queries: Vec<_> = asked
            .iter()
            .filter(|request| request.method == "GET")
            .map(|request| request.query.as_str())
            .collect();
        assert_eq!(queries[1], "includeJitDirectories=true&startIndex=9&cursor=2");
    }
}

#[tokio::test]
async fn a_list_may_be_cut() {
    let caller = paged(ListShape::Cut, Paging::Cut).await;
    for (path, name) in LISTS {
        for query in ["", "?startIndex=2"] {
            let answer = caller.get(&format!("{path}{query}")).await.json;
            assert_eq!(
                (&answer["totalCount"], &answer["pageNumber"]),
                (&json!(3), &json!(1))
            );
            assert_eq!(
                caller.listed(&format!("{path}{query}"), name).await,
                expected(path)[0]
            );
        }
    }
}

#[tokio::test]
async fn a_list_without_pages_says_nothing_of_them() {
    let caller = Caller::new().await;
    let list = caller
        .get(&format!("{DIRECTORIES}?startIndex=2&pageSize=1"))
        .await;
    let keys: Vec<_> = list.json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["items"]);
    assert!(list.headers.get("link").is_none());
    assert_eq!(list.json["items"].as_array().map(Vec::len), Some(1));
    let value: Value = caller.get(CLIENTS).await.json;
    assert!(value["_links"].get("next").is_none());
}
