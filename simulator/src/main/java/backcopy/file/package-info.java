/**
 * Files that other programs write and read: strict JSON and the headers of safetensors files. Depends on nothing. A damaged
 * file is a {@link backcopy.file.Damage}, whose reason is one line. Start with {@link backcopy.file.SafetensorsHeader}.
 */
package backcopy.file;
