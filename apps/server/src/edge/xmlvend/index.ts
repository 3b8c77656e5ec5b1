// The public face of the XMLVend door.

export { serveXmlvend, type XmlvendListen, type XmlvendServer } from './server.ts';
