// Mounts GraphiQL; requests carry the session and its CSRF token.
(function () {
  var place = document.getElementById("explorer");
  var fetcher = GraphiQL.createFetcher({ url: "/graphql", headers: { "X-CSRFToken": place.dataset.csrf } });
  ReactDOM.createRoot(place).render(React.createElement(GraphiQL, { fetcher: fetcher, shouldPersistHeaders: false }));
})();
