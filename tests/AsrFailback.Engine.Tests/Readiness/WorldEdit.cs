using System.Text.Json;
using System.Text.Json.Nodes;
using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Edits of a world in words, taken back when disposed. <c>PLACE:PATH=VALUE</c> sets, <c>PLACE:PATH-</c> removes; in a path
/// <c>*</c> is every entry. <c>PLACE:-</c> deletes a file, <c>PLACE:&gt;NAME</c> renames a machine. Places: <c>home</c>,
/// <c>home/web01</c>, <c>home/web01/state</c>, <c>home/state</c>, <c>home/db</c>, the same of <c>azure</c> and <c>elsewhere</c>, and
/// <c>item/web01</c> for what the vault knows. <c>~</c> stands for a space.
/// </summary>
internal sealed class WorldEdit : IDisposable
{
    private readonly DrWorld _world;
    private readonly Dictionary<string, byte[]?> _files = [];
    private readonly Dictionary<string, ProtectionFacts> _facts = [];

    public WorldEdit(DrWorld world, IEnumerable<string> words)
    {
        _world = world;
        foreach (var word in words)
        {
            Apply(word);
        }
    }

    /// <summary>Makes edits that stay.</summary>
    public static void Make(DrWorld world, string words)
    {
        var edit = new WorldEdit(world, Notation.Words(words));
        edit._files.Clear();
        edit._facts.Clear();
        edit.Dispose();
    }

    public static bool IsEdit(string word) =>
        word.StartsWith("home", StringComparison.Ordinal) || word.StartsWith("azure", StringComparison.Ordinal) || word.StartsWith("item/", StringComparison.Ordinal);

    public void Dispose()
    {
        foreach (var (path, content) in _files)
        {
            if (content is null)
            {
                File.Delete(path);
            }
            else
            {
                File.WriteAllBytes(path, content);
            }
        }

        foreach (var (item, before) in _facts)
        {
            _world.Engine.RuntimeOf(item).State.Change(now => before with { Generation = now.Generation });
        }
    }

    /// <summary>Makes one more edit.</summary>
    public void Apply(string word)
    {
        word = word.Replace('~', ' ');
        var (place, change) = (word[..word.IndexOf(':', StringComparison.Ordinal)], word[(word.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        if (place.StartsWith("item/", StringComparison.Ordinal))
        {
            ChangeFacts(place["item/".Length..], change);
            return;
        }

        var path = PathOf(place);
        Keep(path);
        switch (change[0])
        {
            case '-':
                File.Delete(path);
                break;
            case '>':
                var renamed = Path.Combine(Path.GetDirectoryName(path)!, change[1..] + ".json");
                Keep(renamed);
                File.Move(path, renamed);
                break;
            default:
                var document = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))! : new JsonObject();
                Change(document, change);
                File.WriteAllText(path, document.ToJsonString());
                break;
        }
    }

    private void ChangeFacts(string item, string change)
    {
        var state = _world.Engine.RuntimeOf(item).State;
        _facts.TryAdd(item, state.Facts);
        var document = JsonNode.Parse(EngineJson.Write(state.Facts))!;
        Change(document, change);
        state.Change(_ => EngineJson.Read<ProtectionFacts>(document.ToJsonString()));
    }

    private string PathOf(string place) => place.Split('/') switch
    {
        [var site] => Path.Combine(Root(site), "site.json"),
        [var site, "state"] => Path.Combine(Root(site), "state", "site.json"),
        [var site, "db"] => Path.Combine(Root(site), "state", "configuration-server.json"),
        [var site, var machine] => Path.Combine(Root(site), "machines", machine + ".json"),
        [var site, var machine, _] => Path.Combine(Root(site), "state", "machines", machine + ".json"),
        _ => throw new ArgumentException($"'{place}' is no place", nameof(place)),
    };

    private string Root(string site) => _world.SiteRoot(site == "home" ? DrWorld.Home : site);

    private void Keep(string path) => _files.TryAdd(path, File.Exists(path) ? File.ReadAllBytes(path) : null);

    private static void Change(JsonNode document, string change)
    {
        var equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            Visit(document, change.TrimEnd('-').Split('.'), Remove);
            return;
        }

        Visit(document, change[..equals].Split('.'), (parent, key) => Put(parent, key, ValueOf(change[(equals + 1)..])));
    }

    private static void Visit(JsonNode node, ReadOnlySpan<string> path, Action<JsonNode, string> act)
    {
        foreach (var key in path[0] == "*" ? Keys(node) : [path[0]])
        {
            if (path.Length == 1)
            {
                act(node, key);
            }
            else
            {
                Visit(Child(node, key), path[1..], act);
            }
        }
    }

    private static string[] Keys(JsonNode node) => [.. Enumerable.Range(0, node.AsArray().Count).Select(index => $"{index}")];

    private static JsonNode Child(JsonNode node, string key) => node is JsonArray list ? list[Index(key)]! : node[key] ?? (node[key] = new JsonObject());

    private static void Put(JsonNode parent, string key, JsonNode value)
    {
        if (parent is JsonArray list)
        {
            list[Index(key)] = value;
        }
        else
        {
            parent[key] = value;
        }
    }

    private static void Remove(JsonNode parent, string key)
    {
        if (parent is JsonArray list)
        {
            list.RemoveAt(Index(key));
        }
        else
        {
            parent.AsObject().Remove(key);
        }
    }

    private static int Index(string key) => int.Parse(key, System.Globalization.CultureInfo.InvariantCulture);

    // What is no JSON is a text.
    private static JsonNode ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text)!;
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
