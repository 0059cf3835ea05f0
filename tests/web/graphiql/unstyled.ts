/** In place of react-style-singleton, which writes <style> elements to lock the body's scrolling: ours never scrolls, and
 * the page's policy lets no inline style in. */
export const styleSingleton = () => () => null;
