// Searches while somebody types: asks for the page of the form anew and takes over the part that the
// form names in data-search, and its count. Without this the form's button does the same.
(function () {
  var form = document.querySelector("form[data-search]");
  if (!form || !window.fetch || !window.DOMParser) return;
  var name = form.dataset.search, timer = 0, asked = 0;
  function update() {
    var number = ++asked, query = new URLSearchParams(new FormData(form));
    Array.from(query.keys()).forEach(function (key) { if (!query.get(key)) query.delete(key); });
    var url = form.action.split("?")[0] + (query.toString() ? "?" + query : "");
    fetch(url, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    }).then(function (text) {
      if (number !== asked) return; // an older answer that came late
      var page = new DOMParser().parseFromString(text, "text/html");
      [name, name + "-count"].forEach(function (id) {
        var here = document.getElementById(id), there = page.getElementById(id);
        if (here && there) here.innerHTML = there.innerHTML;
      });
      history.replaceState(null, "", url);
    }).catch(function () { /* the button still works */ });
  }
  form.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(update, 250);
  });
})();
