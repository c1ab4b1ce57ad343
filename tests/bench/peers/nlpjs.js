// NLP.js as a peer: `node nlpjs.js PAIRS.jsonl MODEL.json` learns the pairs, or loads the model that is there
// already, and then answers each line of {"id", "text", "lang"} on standard input as it comes.
// Trained as its guide says, one model for each language. It is told the language, which its own guess often misses.
const fs = require('fs');
const path = require('path');
const readline = require('readline');

// Its packages lie where `make bench-peers` put them, not beside this file.
const modules = process.env.PEERS_NODE_MODULES;
const peer = (name) => require(path.join(modules, '@nlpjs', name));
const LANGUAGES = { fi: ['lang-fi', 'LangFi'], sv: ['lang-sv', 'LangSv'], en: ['lang-en', 'LangEn'] };
const MOST = 4; // candidates: three and perhaps None
const TOLD_EVERY_MS = 20000;

// It tells of each epoch on standard output, where our answers go.
function hushed() {
  let toldAt = Date.now();
  console.log = (line) => {
    if (Date.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = Date.now();
    process.stderr.write(`    NLP.js is learning: ${line}\n`);
  };
}

async function made(languages) {
  const container = await peer('core').containerBootstrap();
  for (const language of languages) {
    const [folder, name] = LANGUAGES[language];
    container.use(peer(folder)[name]);
  }
  // What is not compared is off, which makes it faster.
  const settings = { container, languages, calculateSentiment: false, autoSave: false, autoLoad: false };
  return new (peer('nlp').Nlp)(settings);
}

async function taught(pairs, modelFile) {
  const nlp = await made([...new Set(pairs.map((pair) => pair.lang))]);
  if (fs.existsSync(modelFile)) {
    nlp.import(fs.readFileSync(modelFile, 'utf8'));
    return nlp;
  }
  for (const { text, label, lang } of pairs) nlp.addDocument(lang, text, label === null ? 'None' : label);
  await nlp.train();
  fs.writeFileSync(modelFile, nlp.export(true));
  return nlp;
}

const label = (intent) => (intent === 'None' ? null : intent);

async function answer(nlp, { id, text, lang }) {
  const { intent, classifications } = await nlp.process(lang, text);
  const candidates = classifications.slice(0, MOST).map((each) => [label(each.intent), 100 * each.score]);
  return { id, topic: label(intent), candidates };
}

async function main() {
  hushed();
  const [pairsFile, modelFile] = process.argv.slice(2);
  const pairs = fs.readFileSync(pairsFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const nlp = await taught(pairs, modelFile);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(nlp, JSON.parse(line)))}\n`);
  }
}

main();
