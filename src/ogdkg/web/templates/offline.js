// Keeps the pages of a site that somebody has looked at, so that they open without a network too.
"use strict";
const KEPT = "ogdkg-site";

self.addEventListener("install", event => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then(kept => kept.addAll(["./", "index.html", "things.html", "search.html", "404.html"])));
});
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
// What a page had loaded before this script was there to see it.
self.addEventListener("message", event => event.waitUntil(caches.open(KEPT).then(
  kept => Promise.allSettled(event.data.filter(each => each.startsWith(self.registration.scope)).map(each => kept.add(each))))));
self.addEventListener("fetch", event => {
  const {request} = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  const options = {ignoreSearch: request.mode === "navigate"};
  event.respondWith(fetch(request).then(async answer => {
    if (answer.ok) (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  }, async problem => {
    const known = await caches.match(request, options);
    if (known) return known;
    if (request.mode !== "navigate") throw problem;
    return await caches.match("404.html") || Response.error();
  }));
});
