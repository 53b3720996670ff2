/** For bundlers: our other files are beside the module. It has to be known before the gate starts. */
import { setBase } from './page';

setBase(import.meta.url);
