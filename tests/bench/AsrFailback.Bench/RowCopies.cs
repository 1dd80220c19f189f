using System.Globalization;
using System.Text.Json.Nodes;
using AsrFailback.Core.Ports;
using AsrFailback.Engine.Vaults;
using AsrFailback.Storage;
using Microsoft.Data.Sqlite;

namespace AsrFailback.Bench;

/// <summary>
/// Rows of the state store as the product wrote them, under other names: they cannot fall behind the format of its
/// documents.
/// </summary>
internal static class RowCopies
{
    private const string ItemKind = "item";
    private const string JobKind = "job";

    /// <summary>Copies the vault's item, and the job that protected it, until the vault has <paramref name="count"/> items.</summary>
    public static void Fill(string vault, int count)
    {
        var path = VaultFolder.StatePath(vault);
        var (items, jobs) = Read(path);
        var item = items[0].Json;
        var job = jobs.First(one => CommandOf(one) == nameof(EnableProtection)).Json;
        Insert(path, Enumerable.Range(items.Count + 1, Math.Max(0, count - items.Count)).SelectMany(number => Copy(item, job, number, jobs.Count)));

        (items, jobs) = Read(path);
        Console.WriteLine($"{items.Count} items, {jobs.Count} jobs");
    }

    private static (IReadOnlyList<StoredDocument> Items, IReadOnlyList<StoredDocument> Jobs) Read(string path)
    {
        using var store = SqliteStateStore.Open(path, create: false);
        return (store.List(ItemKind), store.List(JobKind));
    }

    private static string CommandOf(StoredDocument job) => (string)JsonNode.Parse(job.Json)!["command"]!["command"]!;

    private static IEnumerable<StoredDocument> Copy(string item, string job, int number, int jobsBefore)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"vm-{number:D5}");
        var itemCopy = JsonNode.Parse(item)!;
        itemCopy["item"] = name;
        yield return new(ItemKind, name, 1, itemCopy.ToJsonString());

        var jobName = Guid.NewGuid().ToString();
        var jobCopy = JsonNode.Parse(job)!;
        jobCopy["job"]!["name"] = jobName;
        jobCopy["job"]!["targetObjectName"] = name;
        jobCopy["command"]!["item"] = name;
        jobCopy["number"] = jobsBefore + number;
        yield return new(JobKind, jobName, 1, jobCopy.ToJsonString());
    }

    // The store makes every single document durable, which takes minutes for thousands of them; this is one transaction.
    private static void Insert(string path, IEnumerable<StoredDocument> documents)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO document (kind, key, version, json) VALUES ($kind, $key, $version, $json)";
        foreach (var document in documents)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$kind", document.Kind);
            command.Parameters.AddWithValue("$key", document.Key);
            command.Parameters.AddWithValue("$version", document.Version);
            command.Parameters.AddWithValue("$json", document.Json);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
