// Asks the server in the same container whether it lives; ends with 0 when it does. Its certificate, if it has one, is in
// the name of another host, so it is not checked.
import http from 'node:http'
import https from 'node:https'

const { get } = process.env.SKEIN_TLS_CERT ? https : http
const request = get({
  host: '127.0.0.1',
  port: process.env.SKEIN_PORT || 8080,
  path: '/healthz',
  timeout: 4000,
  rejectUnauthorized: false,
})
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
request.on('timeout', () => process.exit(1))
request.on('error', () => process.exit(1))
