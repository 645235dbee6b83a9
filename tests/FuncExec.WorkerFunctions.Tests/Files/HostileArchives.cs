using System.IO.Compression;
using System.Text;

namespace FuncExec.WorkerFunctions.Tests.Files;

/// <summary>Archives that must be refused: what each is, the entry at fault, words of the reason.</summary>
internal static class HostileArchives
{
    private static readonly string Long256 = new('n', 256);

    public static readonly IReadOnlyDictionary<string, Case> All = new Dictionary<string, Case>
    {
        ["zip: absolute"] = new("/etc/passwd", "absolute", () => new Zipfile().File("/etc/passwd").End()),
        ["zip: climbing"] = new("../out", "climbs", () => new Zipfile().File("../out").End()),
        ["zip: climbing in the middle"] = new("a/../../out", "climbs", () => new Zipfile().File("a/../../out").End()),
        ["zip: backslash"] = new(@"..\out", "backslash", () => new Zipfile().File(@"..\out").End()),
        ["zip: drive letter"] = new("C:/out", "drive letter", () => new Zipfile().File("C:/out").End()),
        ["zip: NUL"] = new("a\0b", "NUL", () => new Zipfile().File("a\0b").End()),
        ["zip: dot segment"] = new("a/./b", "'.'", () => new Zipfile().File("a/./b").End()),
        ["zip: empty segment"] = new("a//b", "empty segment", () => new Zipfile().File("a//b").End()),
        ["zip: not UTF-8"] = new("caf\uFFFD", "UTF-8", () => NotUtf8(new Zipfile().File("caf+").End())),
        ["zip: link to an absolute path"] = new("l", "absolute", () => new Zipfile().Link("l", "/etc").End()),
        ["zip: link that climbs"] = new("a/l", "out of the workspace", () => new Zipfile().Link("a/l", "../../out").End()),
        ["zip: file beneath a link"] = new("l/x", "directory", () => new Zipfile().Link("l", "a").File("l/x").End()),
        ["zip: link over a directory"] = new("a", "directory", () => new Zipfile().File("a/x").Link("a", "b").End()),
        ["zip: case"] = new("readme", "case", () => new Zipfile().File("README").File("readme").End()),
        ["zip: case of a directory"] = new("SRC/b", "case", () => new Zipfile().File("src/a").File("SRC/b").End()),
        ["zip: normal form"] = new("cafe\u0301", "normal form", () => new Zipfile().File("caf\u00e9").File("cafe\u0301").End()),
        ["zip: normal form in Hangul"] = new("\u1112\u1161\u11ab", "normal form", () => new Zipfile().File("\ud55c").File("\u1112\u1161\u11ab").End()),
        ["zip: twice"] = new("a", "twice", () => new Zipfile().File("a").File("a").End()),
        ["zip: file, then directory"] = new("a/b", "directory", () => new Zipfile().File("a").File("a/b").End()),
        ["zip: directory, then file"] = new("a", "directory", () => new Zipfile().File("a/b").File("a").End()),
        ["zip: FIFO"] = new("f", "FIFO", () => new Zipfile().File("f", "", 0x11A4).End()),
        ["zip: device"] = new("d", "device", () => new Zipfile().File("d", "", 0x21A4).End()),
        ["zip: socket"] = new("s", "socket", () => new Zipfile().File("s", "", 0xC1A4).End()),
        ["zip: long segment"] = new(Long256, "255", () => new Zipfile().File(Long256).End()),
        ["zip: long path"] = new(LongPath(), "4096", () => new Zipfile().File(LongPath()).End()),
        ["zip: encrypted"] = new("a", "encrypted", () => Zipfile.Patch(new Zipfile().File("a").End(), 8, 6, 1)),
        ["zip: unknown compression"] = new("a", "method 12", () => Zipfile.Patch(new Zipfile().File("a").End(), 10, 8, 12)),
        ["zip: cut off"] = new(null, "broken", () => new Zipfile().File("a").File("b").End()[..^30]),
        ["zip: wrong checksum"] = new("a", "checksum", () => Zipfile.Patch(new Zipfile().File("a", "some text").End(), 16, 14, 0x1234)),
        ["zip: longer than it says"] = new("a", "broken", () => Zipfile.Patch(new Zipfile().File("a", new string('y', 5000)).End(), 24, 22, 100)),
        ["zip: directory with content"] = new("d/", "directory", () => new Zipfile().File("d/", "content", 0).End()),
        ["zip: bomb by ratio"] = new("b", "times its own size", () => new Zipfile().Entry("b", new byte[3_000_000], 0, CompressionLevel.SmallestSize).End()),
        ["zip: bomb by size"] = new("c", "unpacks to more", () => new Zipfile().Entry("a", Noise(3_000_000), 0).Entry("c", Noise(3_000_000), 0).End()),
        ["zip: bomb by count"] = new(null, "entries", () => Enumerable.Range(0, 1001).Aggregate(new Zipfile(), static (zip, n) => zip.File($"f{n}")).End()),
        ["zip: another where its directory is"] = new(null, "broken", () => [.. new Zipfile().File("a").End(), .. new Zipfile().File("b").End()[..^3]]),
        ["tar: absolute"] = new("/etc/passwd", "absolute", () => new Tarball().File("/etc/passwd").End()),
        ["tar: climbing"] = new("./../out", "climbs", () => new Tarball().File("./../out").End()),
        ["tar: climbing directory"] = new("../", "climbs", () => new Tarball().Directory("../").End()),
        ["tar: backslash"] = new(@"a\b", "backslash", () => new Tarball().File(@"a\b").End()),
        ["tar: climbing by extended header"] = new("../out", "climbs", () => new Tarball().Extended("path", "../out").File("fine").End()),
        ["tar: link that climbs"] = new("l", "out of the workspace", () => new Tarball().Link("l", "..").End()),
        ["tar: link to an absolute path"] = new("l", "absolute", () => new Tarball().Link("l", "/").End()),
        ["tar: link to nothing"] = new("l", "nothing", () => new Tarball().Link("l", "").End()),
        ["tar: links that climb together"] = new("e", "behind a name", () => new Tarball().Directory("p/").Link("p/d", "../s").Link("e", "p/d/../../x").End()),
        ["tar: file through a link"] = new("l/x", "directory", () => new Tarball().Link("l", ".").File("l/x").End()),
        ["tar: link in place of a file"] = new("a", "twice", () => new Tarball().File("a").Link("a", "b").End()),
        ["tar: hard link outside"] = new("h", "climbs", () => new Tarball().HardLink("h", "../../etc/passwd").End()),
        ["tar: hard link to an absolute path"] = new("h", "absolute", () => new Tarball().HardLink("h", "/etc/passwd").End()),
        ["tar: hard link to what is not there"] = new("h", "no file of the archive", () => new Tarball().HardLink("h", "later").File("later").End()),
        ["tar: hard link to a link"] = new("h", "no file of the archive", () => new Tarball().Link("l", "a").HardLink("h", "l").End()),
        ["tar: hard links that multiply"] = new("h1", "unpacks to more", () => new Tarball().Entry("a", '0', Noise(3_000_000)).HardLink("h1", "a").End()),
        ["tar: character device"] = new("d", "device", () => new Tarball().Entry("d", '3', []).End()),
        ["tar: block device"] = new("d", "device", () => new Tarball().Entry("d", '4', []).End()),
        ["tar: FIFO"] = new("f", "FIFO", () => new Tarball().Entry("f", '6', []).End()),
        ["tar: long segment"] = new(Long256, "255", () => new Tarball().Extended("path", Long256).File("x").End()),
        ["tar: long path"] = new(LongPath(), "4096", () => new Tarball().Extended("path", LongPath()).File("x").End()),
        ["tar: case"] = new("A", "case", () => new Tarball().File("a").File("A").End()),
        ["tar: cut off"] = new(null, "broken", () => new Tarball().File("a").End()[..^9]),
        ["tar: no end"] = new(null, "broken", () => new Tarball().File("a").Compress()),
        ["tar: ends within a file"] = new("a", "broken", () => new Tarball().Entry("a", '0', new byte[512], size: 5000).Compress()),
        ["tar: sparse"] = new("s", "sparse", () => new Tarball().Extended("GNU.sparse.major", "1").File("s").End()),
        ["tar: endless extended header"] = new(null, "extended header", () => new Tarball().Entry("pax", 'x', new byte[400_000], size: 0x40000000).End()),
        ["tar: endless long name"] = new(null, "extended header", () => new Tarball().Entry("././@LongLink", 'L', new byte[400_000], size: 0x70000000).End()),
        ["tar: bomb"] = new("b", "times its own size", () => new Tarball().Entry("b", '0', new byte[3_000_000]).End()),
        ["tar: bomb behind the end"] = new(null, "times its own size", () => new Tarball().File("a").Raw(new byte[4_000_000]).End()),
        ["tar: bomb by count"] = new("f1000", "entries", () => Enumerable.Range(0, 1001).Aggregate(new Tarball(), static (tar, n) => tar.File($"f{n}")).End()),
        ["tar: without its last byte"] = new(null, "cut off", () => new Tarball().File("a").End()[..^1]),
        ["tar: something behind it"] = new(null, "something else follows", () => [.. new Tarball().File("a").End(), 1, 2, 3]),
        ["tar: wrong checksum of the gzip"] = new(null, "broken", () => Flip(new Tarball().File("a").End())),
        ["gzip of something else"] = new(null, "broken", () => Tarball.Compress(Noise(3000))),
        ["gzip of nothing"] = new(null, "broken", () => Convert.FromHexString("1F8B080000000000000303000000000000000000")),
        ["plain tar"] = new(null, "neither", () => new Tarball().File("a").Raw(new byte[1024]).ToArray()),
        ["text"] = new(null, "neither", () => "hello"u8.ToArray()),
        ["nothing"] = new(null, "empty", () => []),
    };

    private static string LongPath() => string.Join('/', Enumerable.Repeat(new string('d', 200), 21));

    private static byte[] Noise(int count)
    {
        byte[] bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flip(byte[] gzip)
    {
        gzip[^6] ^= 1;
        return gzip;
    }

    private static byte[] NotUtf8(byte[] zip)
    {
        for (int at = 0; at < zip.Length; at++)
        {
            zip[at] = zip[at] == (byte)'+' ? (byte)0xE9 : zip[at];
        }

        return zip;
    }

    internal sealed record Case(string? Entry, string Reason, Func<byte[]> Make);
}
