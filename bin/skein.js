#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Plain JavaScript that any Node can read, so that one which is too old gets a sentence instead of a syntax error.
const [major] = process.versions.node.split('.')
if (Number(major) < 24) {
  console.error(
    `Skein needs Node 24 or newer; this is ${process.version}.\n` +
      `The repository brings its own from npm for linux (x64, arm64), macOS (x64, arm64) and Windows (x64), and npm scripts use it:\n` +
      `run "npm ci" and then "npm start". On ${process.platform}-${process.arch}, if none was installed, install Node 24 or newer yourself.`,
  )
  process.exit(1)
}

// What Node compiled is kept for the next start, which then takes half as long. Where it cannot be kept, nothing is said.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)))

const source = new URL('../src/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/server/main.js', import.meta.url).href)
