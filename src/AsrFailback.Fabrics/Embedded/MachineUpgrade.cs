using System.Text.Json;
using System.Text.Json.Nodes;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// Reads a machine's file of version 1 as one of version 2: its network, and the addresses of its guest, are those of its only
/// network interface. The file stays as it is until the machine changes.
/// </summary>
internal static class MachineUpgrade
{
    private static readonly (string Name, JsonValueKind[] Kinds, string What)[] OfGuest =
    [
        ("address", [JsonValueKind.String], "a text"),
        ("addressIsStatic", [JsonValueKind.True, JsonValueKind.False], "true or false"),
        ("addressIsPublic", [JsonValueKind.True, JsonValueKind.False], "true or false"),
        ("targetAddress", [JsonValueKind.String], "a text"),
    ];

    /// <summary>The same machine in the newest version.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: a version that is not known, or what version 1 did not have.</exception>
    public static byte[] Apply(string path, byte[] content) =>
        OlderVersion.Upgraded(path, content, MachineDocument.CurrentVersion, machine => Upgrade(path, machine));

    private static void Upgrade(string path, JsonObject machine)
    {
        if (machine.ContainsKey("nics"))
        {
            throw SiteJson.Invalid(path, "$.nics", "version 1 does not know this property");
        }

        var nic = new JsonObject { ["name"] = MachineNic.UsualName, ["primary"] = true };
        Move(path, "$", machine, nic, "network", [JsonValueKind.String, JsonValueKind.Null], "a text");
        if (machine["guest"] is JsonObject guest)
        {
            foreach (var (name, kinds, what) in OfGuest)
            {
                Move(path, "$.guest", guest, nic, name, kinds, what);
            }
        }

        machine["nics"] = new JsonArray(nic);
    }

    // What it is is looked at here, because the reader would name a place that the file does not have.
    private static void Move(string path, string place, JsonObject from, JsonObject to, string property, JsonValueKind[] kinds, string what)
    {
        if (!from.TryGetPropertyValue(property, out var value))
        {
            return;
        }

        if (!kinds.Contains(value?.GetValueKind() ?? JsonValueKind.Null))
        {
            throw SiteJson.Invalid(path, $"{place}.{property}", $"it is not {what}");
        }

        from.Remove(property);
        to[property] = value;
    }
}
