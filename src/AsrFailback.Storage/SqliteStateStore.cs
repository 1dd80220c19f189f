using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Ports;
using Microsoft.Data.Sqlite;

namespace AsrFailback.Storage;

/// <summary>
/// The vault's state in one SQLite file. Rollback journal kept in place (<c>PERSIST</c>) with full synchronisation: the
/// served SQLite has a defect in its write-ahead mode. One connection, one writer. Thread-safe.
/// </summary>
public sealed class SqliteStateStore : IStateStore
{
    private const int ApplicationId = 0x41535246;
    private const int FormatVersion = 1;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly object _lock = new();

    static SqliteStateStore() => SQLitePCL.Batteries_V2.Init();

    private SqliteStateStore(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
    }

    /// <summary>Creates the file, or opens an existing one.</summary>
    /// <exception cref="AsrException"><c>StateDamaged</c>, <c>FormatTooNew</c>, <c>DiskFull</c>.</exception>
    public static SqliteStateStore Open(string path, bool create)
    {
        RequireOurs(path, create);
        var mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var store = new SqliteStateStore(path, connection);
            store.Prepare();
            return store;
        }
        catch (SqliteException cause)
        {
            connection.Dispose();
            throw Translate(path, cause);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public StoredDocument? Find(string kind, string key) =>
        Read("SELECT kind, key, version, json FROM document WHERE kind = $kind AND key = $key", ("$kind", kind), ("$key", key)).SingleOrDefault();

    /// <inheritdoc/>
    public IReadOnlyList<StoredDocument> List(string kind) =>
        Read("SELECT kind, key, version, json FROM document WHERE kind = $kind ORDER BY key", ("$kind", kind));

    /// <inheritdoc/>
    public StoredDocument? FindLast(string kind) =>
        Read("SELECT kind, key, version, json FROM document WHERE kind = $kind ORDER BY key DESC LIMIT 1", ("$kind", kind)).FirstOrDefault();

    /// <inheritdoc/>
    public long Put(string kind, string key, string json, long expectedVersion)
    {
        const string Insert = "INSERT INTO document (kind, key, version, json) VALUES ($kind, $key, 1, $json) ON CONFLICT DO NOTHING";
        const string Update = "UPDATE document SET version = version + 1, json = $json WHERE kind = $kind AND key = $key AND version = $version";
        var changed = expectedVersion == 0
            ? Write(Insert, ("$kind", kind), ("$key", key), ("$json", json))
            : Write(Update, ("$kind", kind), ("$key", key), ("$json", json), ("$version", expectedVersion));
        return changed == 1 ? expectedVersion + 1 : throw ErrorCatalogue.Exception("StateConflict", kind, key);
    }

    /// <inheritdoc/>
    public void Delete(string kind, string key) =>
        Write("DELETE FROM document WHERE kind = $kind AND key = $key", ("$kind", kind), ("$key", key));

    /// <inheritdoc/>
    public IReadOnlyList<string> Check()
    {
        lock (_lock)
        {
            using var command = Command("PRAGMA integrity_check");
            using var rows = command.ExecuteReader();
            var findings = new List<string>();
            while (rows.Read())
            {
                findings.Add(rows.GetString(0));
            }

            return findings is ["ok"] ? [] : findings;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    // Looked at before SQLite opens the file, because opening alone may change a file of somebody else.
    private static void RequireOurs(string path, bool create)
    {
        const int ApplicationIdOffset = 68;
        if (!File.Exists(path))
        {
            if (!create)
            {
                throw ErrorCatalogue.Exception("FileMissing", path, "a vault's folder has one");
            }

            return;
        }

        try
        {
            using var file = File.OpenRead(path);
            var header = new byte[100];
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
                || BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(ApplicationIdOffset)) != ApplicationId)
            {
                throw ErrorCatalogue.Exception("StateDamaged", path, "it is not the state of a vault");
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ErrorCatalogue.Caused(cause, "AccessDenied", path, cause.Message);
        }
    }

    private void Prepare()
    {
        Run("PRAGMA journal_mode = PERSIST");
        Run("PRAGMA synchronous = FULL");
        var version = Scalar("PRAGMA user_version");
        if (version > FormatVersion)
        {
            throw ErrorCatalogue.Exception("FormatTooNew", _path, version, FormatVersion);
        }

        if (version == 0)
        {
            Run($"""
                BEGIN IMMEDIATE;
                CREATE TABLE document (
                    kind TEXT NOT NULL, key TEXT NOT NULL COLLATE NOCASE, version INTEGER NOT NULL, json TEXT NOT NULL,
                    PRIMARY KEY (kind, key)) WITHOUT ROWID;
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {FormatVersion};
                COMMIT;
                """);
        }
    }

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private long Scalar(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    private List<StoredDocument> Read(string sql, params (string Name, object Value)[] parameters) => Guarded(() =>
    {
        using var command = Command(sql, parameters);
        using var rows = command.ExecuteReader();
        var documents = new List<StoredDocument>();
        while (rows.Read())
        {
            documents.Add(new StoredDocument(rows.GetString(0), rows.GetString(1), rows.GetInt64(2), rows.GetString(3)));
        }

        return documents;
    });

    private int Write(string sql, params (string Name, object Value)[] parameters) => Guarded(() =>
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    });

    private T Guarded<T>(Func<T> action)
    {
        lock (_lock)
        {
            if (_connection.State != System.Data.ConnectionState.Open)
            {
                throw ErrorCatalogue.Exception("VaultClosed", Path.GetFileName(Path.GetDirectoryName(_path))!);
            }

            try
            {
                return action();
            }
            catch (SqliteException cause)
            {
                throw Translate(_path, cause);
            }
        }
    }

    private SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this class; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private static AsrException Translate(string path, SqliteException cause) => cause.SqliteErrorCode switch
    {
        13 => ErrorCatalogue.Caused(cause, "DiskFull", path, cause.Message),
        10 or 8 or 14 => ErrorCatalogue.Caused(cause, "FileError", path, cause.Message),
        _ => ErrorCatalogue.Caused(cause, "StateDamaged", path, cause.Message),
    };
}
