import pytest
def test_x(client, curator):
    r=client.get("/v1/organizations?limit=3"); assert r.status_code==200
    r=client.get("/v1/organizations?format=csv"); assert r.status_code==200
    r=client.get("/v1/organizations?format=jsonl&country=CN"); assert r.status_code==200
    r=client.get("/v1/records?limit=500&facets=kind"); assert r.status_code==200
    i=client.get("/v1/organizations?q=Baidu&limit=1").json["items"][0]["id"]
    r=client.get(f"/v1/organizations/{i}"); assert r.status_code==200
    r2=client.get(f"/v1/organizations/{i}",headers={"If-None-Match":r.headers["ETag"]}); assert r2.status_code==304
    r=client.get(f"/v1/records/{i}/partners"); assert r.status_code==200; print(r.json["total"])
    r=client.get(f"/v1/records/{i}/revisions"); assert r.status_code==200
    r=client.head(f"/v1/records/{i}"); assert r.status_code==200
    for u in ["/v1","/v1/vocabularies","/v1/vocabularies/lifecycle","/health/live","/health/ready","/.well-known/api-catalog","/v1/openapi.json","/v1/openapi.yaml","/docs","/docs/problems"]:
        assert client.get(u).status_code==200, u
    r=curator.post("/v1/organizations",json={"names":[{"text":"New","lang":"en","role":"official"}],"type":"company","lifecycle":"active"}); assert r.status_code==201, r.json
    e=r.headers["ETag"]; u=r.headers["Location"]
    r=curator.patch(u,json={"sector":"industry"},headers={"If-Match":e}); assert r.status_code==200
    r=curator.patch(u,json={"sector":"industry"},headers={"If-Match":e}); assert r.status_code==412
    d=curator.get(u); 
    r=curator.put(u,json=d.json,headers={"If-Match":d.headers["ETag"]}); assert r.status_code==200, r.json; assert r.headers["ETag"]==d.headers["ETag"]
    r=curator.delete(u+"?reason=x",headers={"If-Match":"*"}); assert r.status_code==204
    assert curator.get(u).status_code==410
