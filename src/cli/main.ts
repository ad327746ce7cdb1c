process.stdout.write('sft\n');
