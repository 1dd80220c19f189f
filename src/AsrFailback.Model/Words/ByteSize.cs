using System.Globalization;

namespace AsrFailback;

/// <summary>Bytes for people, in binary units.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>For example <c>1.5 GiB</c>.</summary>
    /// <param name="bytes">Bytes.</param>
    /// <returns>The text, with a point as the decimal sign.</returns>
    public static string Format(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
