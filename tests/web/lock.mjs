// 锁文件 No host in package-lock.json: .npmrc keeps the registry's out, this takes out where packages ask for funds.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const one of Object.values(lock.packages)) delete one.funding;
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
