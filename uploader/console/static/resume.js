// Where the uploads are that were begun in this browser and did not end.
import { storage } from './storage.js'

const kept = storage('localStorage')
const prefix = 'lightwell.upload:'
const life = 48 * 3600_000 // ms; the server keeps them about as long
const open = new Set() // places of uploads that are under way

// memoryOf is what is remembered of the upload of a file with tags, until it is closed. A file is the
// same when its size, time and name are: a page may not know where it lies. The same file that comes
// a second time meanwhile is an upload of its own, and is not remembered.
export function memoryOf(file, tags) {
  const place = prefix + JSON.stringify([file.name, file.size, file.lastModified, tags])
  if (open.has(place)) return { recall() {}, remember() {}, forget() {}, close() {} }
  open.add(place)
  return {
    recall: () => read(place),
    remember: (upload) => write(place, upload),
    forget: () => kept.removeItem(place),
    close: () => open.delete(place),
  }
}

// forgetOld forgets those that the server no longer has.
export function forgetOld() {
  for (const place of Object.keys(kept)) {
    if (place.startsWith(prefix) && !read(place)) kept.removeItem(place)
  }
}

function read(place) {
  try {
    const { url, imageId, since } = JSON.parse(kept.getItem(place))
    return Date.now() - since < life ? { url, imageId } : undefined
  } catch {
    return undefined // there is nothing, or nothing that is understood
  }
}

function write(place, { url, imageId }) {
  try {
    kept.setItem(place, JSON.stringify({ url, imageId, since: Date.now() }))
  } catch {
    // There is no room: then this upload cannot go on after a reload.
  }
}
