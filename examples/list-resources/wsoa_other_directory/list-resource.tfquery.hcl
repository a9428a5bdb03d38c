list "wsoa_other_directory" "all" {
  provider = wsoa
  limit    = 1000
}
