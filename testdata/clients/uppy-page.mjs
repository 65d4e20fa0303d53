// What a page does that has Uppy; uppy.mjs bundles it.
import Uppy from '@uppy/core'
import Tus from '@uppy/tus'
import XHRUpload from '@uppy/xhr-upload'

window.uploadWith = async (kind, at, files) => {
  const uppy = new Uppy({ allowedMetaFields: true })
  if (kind === 'tus') {
    uppy.use(Tus, { endpoint: at + '/upload/resumable/', chunkSize: 1_000_000, retryDelays: [200, 500, 1000, 2000] })
  } else {
    uppy.use(XHRUpload, { endpoint: at + '/upload', fieldName: 'file', formData: true, allowedMetaFields: false })
  }
  for (const file of files) uppy.addFile({ name: file.name, type: file.type, data: file })
  let stalled = 0
  uppy.on('upload-stalled', () => stalled++)
  window.addEventListener('offline', () => stalled++)
  uppy.on('upload-progress', (_, progress) => (window.sent = progress.bytesUploaded))
  const result = await uppy.upload()
  return {
    stalled,
    failed: result.failed.map((file) => file.error),
    answers: result.successful.map((file) => ({ name: file.name, url: file.uploadURL, body: file.response?.body })),
  }
}
