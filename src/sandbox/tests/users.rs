use super::{Client, column};
use crate::sandbox::COMPANY;
use crate::sandbox::well_known::{CALENDAR, USER};

#[tokio::test]
async fn users_are_those_whom_the_data_names() {
    let client = Client::new();
    let users = client.get("/users/?locationId=LOCATION").await.ok();
    assert_eq!(column(&users["users"], "name"), ["Marta Lindqvist", "Jonah Pike", "Priya Nair"]);
    let ids = column(&users["users"], "id");
    let contacts = client.get("/contacts/?locationId=LOCATION&limit=100").await.ok();
    assert!(column(&contacts["contacts"], "assignedTo").iter().all(|id| ids.contains(id)));
    let calendar = client.get(&format!("/calendars/{CALENDAR}")).await.ok();
    assert_eq!(calendar["calendar"]["teamMembers"][0]["userId"], USER);
}

#[tokio::test]
async fn a_user_is_found_by_id_name_and_email() {
    let client = Client::new();
    assert_eq!(client.get(&format!("/users/{USER}")).await.ok()["firstName"], "Marta");
    client.get("/users/unknown").await.error(400);
    let search = async |filter: &str| {
        let path = format!("/users/search?companyId={COMPANY}&{filter}");
        client.get(&path).await.ok()
    };
    for words in ["priya", "NAIR", "priya%40harbor"] {
        let found = search(&format!("query={words}")).await;
        assert_eq!((column(&found["users"], "firstName"), &found["count"]), (vec!["Priya"], &1.into()), "{words}");
    }
    assert_eq!(search(&format!("ids={USER},x")).await["count"], 1);
    assert_eq!(search("role=user").await["count"], 2);
    let page = search("skip=1&limit=1").await;
    assert_eq!((column(&page["users"], "firstName"), &page["count"]), (vec!["Jonah"], &3.into()));
}

#[tokio::test]
async fn users_of_another_company_are_not_shown() {
    let client = Client::new();
    client.get("/users/search?companyId=other").await.error(403);
    assert_eq!(client.get("/users/search").await.error(422), "companyId should not be empty");
    assert_eq!(client.get("/users/").await.error(422), "locationId should not be empty");
}
