// Presigns a PUT as a backend with the AWS SDK and the bucket's keys does:
//   node presign.mjs ENDPOINT ACCESS-KEY SECRET-KEY BUCKET KEY TYPE
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { say } from './say.mjs'

const [endpoint, accessKeyId, secretAccessKey, Bucket, Key, ContentType] = process.argv.slice(2)
const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
say({ url: await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType }), { expiresIn: 300 }) })
