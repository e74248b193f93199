/** `data-prints` prints this page; `data-prints="id"` prints the document in the frame of that id. */

for (const button of document.querySelectorAll("[data-prints]")) {
  button.addEventListener("click", () => {
    const frame = document.getElementById(button.dataset.prints);
    if (!frame) return print();
    try {
      frame.contentWindow.print();
    } catch {
      open(frame.src); // a browser that shows PDFs in a program of its own
    }
  });
}
