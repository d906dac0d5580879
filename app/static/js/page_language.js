// The language of the page, for listeners, spelling and hyphens.

export default function mount({ data }) {
  document.documentElement.lang = data.language;
}
