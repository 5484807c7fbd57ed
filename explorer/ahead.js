// Asks for the page of the address while the modules of every page still come: `app.js` can draw it sooner.

import { load } from './pages.js';
import { read } from './router.js';

load(read(location).page)?.catch(() => { /* app.js asks again, and says what is wrong */ });
