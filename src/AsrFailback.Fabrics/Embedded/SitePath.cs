using AsrFailback.Core;
using AsrFailback.Core.Errors;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>Resolves the relative paths in a site's files; none may leave the site, by name or by link.</summary>
public static class SitePath
{
    /// <summary>The absolute path of a relative one.</summary>
    /// <param name="root">The site's folder.</param>
    /// <param name="relative">The path as the site's file has it.</param>
    /// <param name="place">Where it was read, for the error: file and place in it; null when it was checked there before.</param>
    /// <exception cref="AsrException"><c>PathOutsideSite</c>.</exception>
    public static string Resolve(string root, string relative, string? place = null)
    {
        var parts = relative.Split('/');
        if (Path.IsPathRooted(relative) || relative.Any(letter => letter == '\\' || char.IsControl(letter)) || parts.Any(part => part is "" or "." or ".."))
        {
            throw ErrorCatalogue.Exception("PathOutsideSite", place ?? root, relative, root);
        }

        var path = root;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new DirectoryInfo(path).LinkTarget is not null)
            {
                throw ErrorCatalogue.Exception("PathOutsideSite", place ?? root, relative, root);
            }
        }

        return path;
    }

    /// <summary>Refuses a name that would be more than one file name.</summary>
    /// <exception cref="AsrException"><c>PathOutsideSite</c>.</exception>
    public static string RequireName(string root, string name) =>
        IsName(name) ? name : throw ErrorCatalogue.Exception("PathOutsideSite", "name", name, root);

    /// <summary>Whether a name is one plain file name: letters, digits, '-' and '_', at most 80 of them.</summary>
    public static bool IsName(string name) => PlainName.Is(name);
}
