// What the browser keeps for this page.

// storage is localStorage or sessionStorage; where the browser forbids them, what is kept is gone with the page.
export function storage(name) {
  try {
    window[name].getItem('')
    return window[name]
  } catch {
    return new Memory()
  }
}

// Memory has items as Storage does: Object.keys names them.
class Memory {
  getItem(key) {
    return this[key] ?? null
  }

  setItem(key, value) {
    this[key] = value
  }

  removeItem(key) {
    delete this[key]
  }
}
