console.log('console build: not there yet');
