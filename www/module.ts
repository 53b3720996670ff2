/** For bundlers: importing it starts the gate, exactly as the script tag does, and gives its API. */
import './base';
import './gate';
import type { Portcullis } from './types';

const portcullis = (window as unknown as { portcullis: Portcullis }).portcullis;
export default portcullis;
