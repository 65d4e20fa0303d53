// Files come in by the button, dropped, in folders, or pasted.

const image = /\.(jpe?g|png|gif|webp|avif|hei[cf]|tiff?|svg|jxl)$/i

// Of a folder only images are meant, and nothing that is hidden.
const meant = (file) => !file.name.startsWith('.') && (file.type.startsWith('image/') || image.test(file.name))

// takeIn calls add with each handful of files, and left with how many of a folder it has left out.
export function takeIn({ input, zone, add, left }) {
  input.addEventListener('change', () => {
    add([...input.files])
    input.value = '' // or the same file could not be chosen again
  })
  document.addEventListener('paste', (event) => {
    if (event.clipboardData.files.length > 0) add([...event.clipboardData.files])
  })
  highlight(zone)
  document.addEventListener('drop', async (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    const { files, others } = await dropped(event.dataTransfer)
    add(files)
    if (others > 0) left(others)
  })
}

const hasFiles = (event) => event.dataTransfer.types.includes('Files')

// highlight shows that the whole page takes files: a near miss would open the file instead.
function highlight(zone) {
  let depth = 0 // of elements within elements, each of which is entered and left
  const show = (change) => {
    depth = Math.max(0, depth + change)
    zone.classList.toggle('over', depth > 0)
  }
  document.addEventListener('dragenter', (event) => hasFiles(event) && show(1))
  document.addEventListener('dragleave', (event) => hasFiles(event) && show(-1))
  document.addEventListener('drop', () => show(-depth))
  document.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault())
}

// dropped reads what was dropped, folders to their depths. The list of it must be read at once:
// it is empty after the event.
async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const entries = items.map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()])
  const files = []
  let others = 0
  for (const [entry, file] of entries) {
    if (!entry?.isDirectory) {
      if (file) files.push(file)
      continue
    }
    const all = await within(entry)
    files.push(...all.filter(meant))
    others += all.filter((f) => !meant(f)).length
  }
  return { files, others }
}

// within is the files below an entry. What cannot be read is not there.
async function within(entry) {
  if (entry.isFile) return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])))
  const reader = entry.createReader()
  const files = []
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([]))) // 100 at most
    if (some.length === 0) return files
    for (const one of some) files.push(...(await within(one)))
  }
}
