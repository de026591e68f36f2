// Adds up Jest's reports. A step that failed without a failing test counts as one failure; no test run at all does too.
import { readFileSync } from 'node:fs'

const [code, ...files] = process.argv.slice(2)
const reports = files.flatMap((file) => {
  try {
    return [JSON.parse(readFileSync(file, 'utf8'))]
  } catch {
    return []
  }
})
const total = (key) => reports.reduce((sum, report) => sum + report[key], 0)
const passed = total('numPassedTests')
let failed = total('numFailedTests')
if (failed === 0 && (code !== '0' || passed === 0)) failed = 1
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1
