import type { WebSocket } from 'ws'

const pingMs = 20_000

/**
 * Asks the other end every 20 s whether it is still there, and ends the socket when it has not answered by the next time: a
 * line that is cut says nothing. To be called once the socket is open; over when it closes.
 */
export function watchLiveness(socket: WebSocket): void {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const pinging = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, pingMs)
  pinging.unref()
  socket.once('close', () => clearInterval(pinging))
}
