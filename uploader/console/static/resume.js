// Where the uploads are that were begun in this browser and did not end.

const prefix = 'lightwell.upload:'
const life = 48 * 3600_000 // ms; the server keeps them about as long

// A file is the same when these are: a page may not know where it lies.
const placeOf = (file) => `${prefix}${file.size}:${file.lastModified}:${file.name}`

export function recall(file) {
  const kept = read(placeOf(file))
  return kept && { url: kept.url, imageId: kept.imageId }
}

export function remember(file, { url, imageId }) {
  try {
    localStorage.setItem(placeOf(file), JSON.stringify({ url, imageId, since: Date.now() }))
  } catch {
    // There is no room, or it is not allowed: then this upload cannot go on after a reload.
  }
}

export const forget = (file) => localStorage.removeItem(placeOf(file))

// forgetOld forgets those that the server no longer has.
export function forgetOld() {
  for (const place of Object.keys(localStorage)) {
    if (place.startsWith(prefix) && !read(place)) localStorage.removeItem(place)
  }
}

function read(place) {
  try {
    const kept = JSON.parse(localStorage.getItem(place))
    return kept && Date.now() - kept.since < life ? kept : undefined
  } catch {
    return undefined
  }
}
