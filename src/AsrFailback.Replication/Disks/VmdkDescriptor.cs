using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>A file that holds a part of a VMDK, as its descriptor names it; the name is checked.</summary>
/// <param name="Kind">FLAT, VMFS or SPARSE.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="Bytes">How much of the disk it holds.</param>
/// <param name="Offset">Where in the file that begins.</param>
internal sealed record VmdkExtent(string Kind, string Path, long Bytes, long Offset);

/// <summary>
/// The text that describes a VMDK: a file of its own, or the beginning of a sparse one. Hostile until checked: an extent is
/// a plain file name in the descriptor's own folder, and so is a parent; a disk with a parent is refused but as a snapshot.
/// </summary>
internal sealed partial class VmdkDescriptor
{
    /// <summary>Bytes of a descriptor at most; the largest split disk needs about as much.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>What a parent's content id says where there is none.</summary>
    public const string NoParent = "ffffffff";

    private const string FirstLine = "# Disk DescriptorFile";

    private readonly string _path;
    private readonly string _text;
    private readonly string _format;

    private VmdkDescriptor(string path, string text, string format) => (_path, _text, _format) = (path, text, format);

    /// <summary>How the disk is stored, in VMware's word.</summary>
    public string CreateType => TypeIn(_text);

    /// <summary>How many lines name an extent, usable or not.</summary>
    public int ExtentLines => AnyExtent().Count(_text);

    /// <summary>Whether a file begins like a descriptor.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.StartsWith("# Disk DescriptorFile"u8);

    /// <summary>The word for how the disk is stored, before anything else is checked; empty when there is none.</summary>
    public static string TypeOf(IStoredFile file)
    {
        var bytes = new byte[Math.Min(file.Length, MaxBytes)];
        file.Read(0, bytes);
        return TypeIn(Encoding.Latin1.GetString(bytes));
    }

    /// <summary>The text of a descriptor file.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c> for a size that no descriptor has.</exception>
    public static string ReadText(IFileSystem files, string path, Encoding encoding, string format)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        if (file.Length is 0 or > MaxBytes)
        {
            throw ErrorCatalogue.Exception("ImageInvalid", path, format, $"a descriptor of {file.Length} bytes is not plausible");
        }

        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return encoding.GetString(bytes);
    }

    /// <summary>Checks a descriptor's text.</summary>
    /// <param name="path">The file it is in.</param>
    /// <param name="text">The text.</param>
    /// <param name="format">What the disk is to be, for errors.</param>
    /// <param name="createTypes">What may be said about how it is stored.</param>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: no descriptor, a parent, or another type.</exception>
    public static VmdkDescriptor Parse(string path, string text, string format, params string[] createTypes) => HasParent(text)
        ? throw Begun(path, text, format).Invalid("it is a snapshot with a parent; merge the snapshots first")
        : Begun(path, text, format).OfType(createTypes);

    /// <summary>Checks the text of a snapshot's descriptor.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: no descriptor, another type, or not one parent by content id and name.</exception>
    public static VmdkDescriptor ParseSnapshot(string path, string text, string format, params string[] createTypes)
    {
        var descriptor = Begun(path, text, format).OfType(createTypes);
        return HasParent(text) && Parent().Count(text) == 2 && ParentId().Count(text) == 1 && ParentName().Count(text) == 1
            ? descriptor
            : throw descriptor.Invalid("it does not name one parent by its content id and its file");
    }

    /// <summary>Whether a text names a parent, usable or not.</summary>
    public static bool HasParent(string text) =>
        Parent().Matches(text).Any(parent => !string.Equals(parent.Groups["id"].ValueSpan.Trim().ToString(), NoParent, StringComparison.OrdinalIgnoreCase));

    /// <summary>The plain names of the parents in a text, wherever they are said to lie.</summary>
    public static IEnumerable<string> ParentNamesIn(string text) => Parent().Matches(text)
        .Select(parent => parent.Groups["id"].Value.Trim().Trim('"').Split('/', '\\')[^1]);

    /// <summary>What the content of the disk is known by; a snapshot says what its parent's was.</summary>
    public uint Content => Hexadecimal(ContentId());

    /// <summary>The content id that a snapshot's parent must have.</summary>
    public uint ParentContent => Hexadecimal(ParentId());

    /// <summary>The descriptor of a snapshot's parent, in the same folder.</summary>
    /// <exception cref="AsrException"><c>ImageHostile</c> for a name that leads elsewhere.</exception>
    public string ParentPath => FileBeside(ParentName().Match(_text).Groups["file"].Value);

    /// <summary>The same text with another content id.</summary>
    public string WithContentId(Func<uint, uint> renew) => ContentId().Replace(_text, $"CID={renew(Content):x8}", 1);

    /// <summary>The extents in order.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c> for a line that cannot be used, <c>ImageHostile</c> for a name that leads elsewhere.</exception>
    public IReadOnlyList<VmdkExtent> Extents()
    {
        var extents = Extent().Matches(_text);
        return extents.Count == ExtentLines ? [.. extents.Select(Read)] : throw Invalid("one of its extents is of a kind that is not supported");
    }

    private static VmdkDescriptor Begun(string path, string text, string format)
    {
        var descriptor = new VmdkDescriptor(path, text, format);
        return text.StartsWith(FirstLine, StringComparison.Ordinal) && ContentId().IsMatch(text)
            ? descriptor
            : throw descriptor.Invalid("it has no disk descriptor");
    }

    private VmdkDescriptor OfType(string[] createTypes) => createTypes.Contains(CreateType)
        ? this
        : throw Invalid($"createType \"{CreateType}\" is not supported; {string.Join(" and ", createTypes)} are");

    private uint Hexadecimal(Regex line) => uint.Parse(line.Match(_text).Groups["id"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private VmdkExtent Read(Match line)
    {
        var bytes = Sectors(line.Groups["sectors"]);
        var offset = line.Groups["offset"].Success ? Sectors(line.Groups["offset"]) : 0;
        return bytes > 0 && bytes <= long.MaxValue - offset
            ? new VmdkExtent(line.Groups["kind"].Value, FileBeside(line.Groups["file"].Value), bytes, offset)
            : throw Invalid("the size of its extent is not a usable number of sectors");
    }

    private long Sectors(Group number) =>
        long.TryParse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var sectors) && sectors <= long.MaxValue / RawImage.SectorSize
            ? sectors * RawImage.SectorSize
            : throw Invalid("the size of its extent is not a usable number of sectors");

    private string FileBeside(string name)
    {
        if (name != Path.GetFileName(name) || name is "" or "." or ".." || name.Any(letter => letter == '\\' || char.IsControl(letter))
            || string.Equals(name, Path.GetFileName(_path), StringComparison.OrdinalIgnoreCase))
        {
            throw ErrorCatalogue.Exception("ImageHostile", _path, name);
        }

        return Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, name);
    }

    private AsrException Invalid(string why) => ErrorCatalogue.Exception("ImageInvalid", _path, _format, why);

    private static string TypeIn(string text) => CreateTypeLine().Match(text).Groups["type"].Value;

    [GeneratedRegex("""^(?:RW|RDONLY) (?<sectors>[0-9]{1,19}) (?<kind>FLAT|VMFS|SPARSE) "(?<file>[^"\r\n]{0,255})"(?: (?<offset>[0-9]{1,19}))?[ \t\r]*$""", RegexOptions.Multiline)]
    private static partial Regex Extent();

    [GeneratedRegex("""^[ \t]*(?:RW|RDONLY|NOACCESS)[ \t]""", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex AnyExtent();

    [GeneratedRegex("^CID=(?<id>[0-9a-fA-F]{1,8})", RegexOptions.Multiline)]
    private static partial Regex ContentId();

    [GeneratedRegex("""^[ \t]*parent(?:CID|FileNameHint)[ \t]*=[ \t]*(?<id>[^\r\n]*)""", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Parent();

    [GeneratedRegex("""^parentCID=(?<id>[0-9a-fA-F]{1,8})[ \t\r]*$""", RegexOptions.Multiline)]
    private static partial Regex ParentId();

    [GeneratedRegex("""^parentFileNameHint="(?<file>[^"\r\n]{0,255})"[ \t\r]*$""", RegexOptions.Multiline)]
    private static partial Regex ParentName();

    [GeneratedRegex("^createType=\"(?<type>[^\"\r\n]{0,64})\"", RegexOptions.Multiline)]
    private static partial Regex CreateTypeLine();
}
