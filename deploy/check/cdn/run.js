// Runs a CloudFront Function over events: node run.js FUNCTION < events.json > answers.json. The function sees what the
// language has and nothing of node, as at CloudFront.
const fs = require('fs');
const vm = require('vm');

const code = fs.readFileSync(process.argv[2], 'utf8');
const handler = vm.runInNewContext(code + '\nhandler', {});
const events = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(events.map((event) => handler(event))));
