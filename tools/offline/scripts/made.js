// An element with attributes and what is inside: texts stay texts.
export const made = (name, given = {}, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given))
    if ((value !== "" || key === "value") && value !== null) element.setAttribute(key, value);
  element.append(...inside.filter(each => each !== null));
  return element;
};
