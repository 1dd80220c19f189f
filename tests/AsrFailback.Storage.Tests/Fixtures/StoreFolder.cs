using Microsoft.Data.Sqlite;

namespace AsrFailback.Storage.Tests;

/// <summary>A temporary folder with a state file; removed at the end.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asr-storage-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "state.db");

    public SqliteStateStore Create() => SqliteStateStore.Open(Path, create: true);

    public SqliteStateStore Reopen() => SqliteStateStore.Open(Path, create: false);

    /// <summary>Runs statements on the file, past the store.</summary>
    public void Run(string sql) => Run(Path, sql);

    public static void Run(string path, string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
