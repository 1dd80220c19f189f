using System.Security;

namespace AsrFailback;

/// <summary>
/// The one service behind cmdlets, node and tools: queries per noun, and two verbs for all change.
/// Implementations are thread-safe.
/// </summary>
public interface IFailbackService
{
    /// <summary>The vault it serves.</summary>
    Vault Vault { get; }

    /// <summary>All fabrics; one that cannot be read is listed with its health error.</summary>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>Fabrics ordered by name.</returns>
    Task<IReadOnlyList<Fabric>> GetFabricsAsync(CancellationToken cancellation = default);

    /// <summary>Reads a site anew, and goes on with what waited for it when it was away.</summary>
    /// <param name="fabric">The fabric's name.</param>
    /// <param name="cancellation">Stops between two items.</param>
    /// <returns>The fabric, with its health error when it cannot be read.</returns>
    /// <exception cref="AsrException"><c>FabricNotFound</c>, <c>ForeignSite</c>.</exception>
    Task<Fabric> RefreshFabricAsync(string fabric, CancellationToken cancellation = default);

    /// <summary>Everything of one site, read now.</summary>
    /// <param name="fabric">The fabric's name.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>A snapshot.</returns>
    /// <exception cref="AsrException"><c>FabricNotFound</c>, <c>SiteInvalid</c>.</exception>
    Task<InventorySnapshot> GetInventoryAsync(string fabric, CancellationToken cancellation = default);

    /// <summary>Which networks are mapped to which, by the site they lead from (FO-12).</summary>
    /// <param name="cancellation">Stops it.</param>
    Task<IReadOnlyList<NetworkMapping>> GetNetworkMappingsAsync(CancellationToken cancellation = default);

    /// <summary>What is wrong with the servers of a site, and what could be used through them (MT, TO-02, TO-04, RP-17).</summary>
    /// <param name="fabric">The fabric's name.</param>
    /// <param name="role">Which servers.</param>
    /// <param name="item">The item they are to serve: its own slots count as free; null for none in particular.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>A report for each server, one without a name for a VMware site that has none; <see cref="MasterTargetReport"/> for master targets.</returns>
    /// <exception cref="AsrException"><c>FabricNotFound</c>, <c>ItemNotFound</c>, <c>SiteInvalid</c>.</exception>
    Task<IReadOnlyList<ServerReport>> GetServerReportsAsync(string fabric, ServerRole role, string? item = null, CancellationToken cancellation = default);

    /// <summary>All protected items, one after the other, so that the first is there before the last was looked at.</summary>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>Items ordered by name.</returns>
    IAsyncEnumerable<ProtectedItem> GetProtectedItemsAsync(CancellationToken cancellation = default);

    /// <summary>One protected item.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>A snapshot, or null.</returns>
    Task<ProtectedItem?> GetProtectedItemAsync(string item, CancellationToken cancellation = default);

    /// <summary>Recovery points of an item, oldest first.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>Listed points; each is whole (invariant 2).</returns>
    /// <exception cref="AsrException"><c>ItemNotFound</c>.</exception>
    Task<IReadOnlyList<RecoveryPoint>> GetRecoveryPointsAsync(string item, CancellationToken cancellation = default);

    /// <summary>What the replication of an item is doing.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>A snapshot.</returns>
    /// <exception cref="AsrException"><c>ItemNotFound</c>.</exception>
    Task<ReplicationStatus> GetReplicationAsync(string item, CancellationToken cancellation = default);

    /// <summary>The recovery plans, ordered by name.</summary>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>Snapshots.</returns>
    Task<IReadOnlyList<RecoveryPlan>> GetRecoveryPlansAsync(CancellationToken cancellation = default);

    /// <summary>Reads a plan out of a file; nothing is kept. Its items and scripts must be those of the vault.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="AsrException"><c>FileTooLarge</c>, <c>PlanFileInvalid</c>: every reason with its JSON path.</exception>
    Task<RecoveryPlan> ReadRecoveryPlanAsync(RecoveryPlanFile file, CancellationToken cancellation = default);

    /// <summary>All jobs, newest first.</summary>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>Snapshots.</returns>
    Task<IReadOnlyList<Job>> GetJobsAsync(CancellationToken cancellation = default);

    /// <summary>One job.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>A snapshot, or null.</returns>
    Task<Job?> GetJobAsync(string name, CancellationToken cancellation = default);

    /// <summary>Who did what, when, from where; newest first.</summary>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>The entries that are kept.</returns>
    Task<IReadOnlyList<AuditEntry>> GetAuditEntriesAsync(CancellationToken cancellation = default);

    /// <summary>What a command would do and every reason why it may not. Changes nothing.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">Stops the preview.</param>
    /// <returns>Tasks, checks, estimate.</returns>
    Task<Preview> PreviewAsync(FailbackCommand command, CancellationToken cancellation = default);

    /// <summary>Records a job for the command and starts it. When this returns, the job is durable (invariant 4).</summary>
    /// <param name="command">The command.</param>
    /// <param name="jobName">The job's name; null for a new GUID. Submitting an existing name returns that job.</param>
    /// <param name="cancellation">Stops the submission, not the job.</param>
    /// <returns>The job as recorded.</returns>
    /// <exception cref="AsrException">A refusal, with all reasons; nothing has changed (invariant 7).</exception>
    Task<Job> SubmitAsync(FailbackCommand command, string? jobName = null, CancellationToken cancellation = default);

    /// <summary>Waits until a job has ended, or is suspended: then it goes on only when it is resumed.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="cancellation">Stops waiting, not the job.</param>
    /// <returns>The ended or suspended job.</returns>
    Task<Job> WaitForJobAsync(string name, CancellationToken cancellation = default);

    /// <summary>What a running job last said of itself.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <returns>Its last sign of life, or null when it does not run.</returns>
    Task<JobProgress?> GetJobProgressAsync(string name, CancellationToken cancellation = default);

    /// <summary>Stops a job at its next safe place and waits for that. It can be started again.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The job, cancelled; or as it ended meanwhile.</returns>
    /// <exception cref="AsrException"><c>JobNotFound</c>, <c>JobNotStoppable</c>: it is past the point where the old side may run again.</exception>
    Task<Job> StopJobAsync(string name, CancellationToken cancellation = default);

    /// <summary>Starts a job again that was stopped, or that failed for a reason outside, from the task it stopped in.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="cancellation">Stops the request, not the job.</param>
    /// <returns>The job as recorded.</returns>
    /// <exception cref="AsrException"><c>JobNotFound</c>, <c>JobNotRestartable</c>.</exception>
    Task<Job> RestartJobAsync(string name, CancellationToken cancellation = default);

    /// <summary>Goes on with a job that is suspended at a manual action of its plan.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="comment">What was done; recorded with the action, 1 to 1024 characters.</param>
    /// <param name="cancellation">Stops the request, not the job.</param>
    /// <returns>The job as recorded.</returns>
    /// <exception cref="AsrException"><c>JobNotFound</c>, <c>JobNotSuspended</c>, <c>CommentMissing</c>, <c>CommentTooLong</c>.</exception>
    Task<Job> ResumeJobAsync(string name, string comment, CancellationToken cancellation = default);

    /// <summary>Completes a planned failover from Azure that has its data at home and waits: its machine is shut down, and started there (FB-05).</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="comment">What is noted with it, 1 to 1024 characters.</param>
    /// <param name="pointId">The recovery point; null for the latest, with which nothing is lost.</param>
    /// <param name="allowOlderPoint">Give up what was written since a point that is not the latest (FO-10).</param>
    /// <param name="cancellation">Stops the request, not the job.</param>
    /// <returns>The job as recorded.</returns>
    /// <exception cref="AsrException"><c>NothingToComplete</c>, <c>PointNotFound</c>, <c>OlderPointUnconfirmed</c>, or what resuming a job throws.</exception>
    Task<Job> CompleteFailoverAsync(string item, string comment, Guid? pointId = null, bool allowOlderPoint = false, CancellationToken cancellation = default);

    /// <summary>
    /// Opens the keys of machines whose data left a VMM cloud encrypted (FO-06). They stay in memory until the vault is closed; neither
    /// the file nor its password is kept.
    /// </summary>
    /// <param name="file">The certificate with its private key.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What a failover names: its thumbprint and when it expires. One that is no machine's, or has expired, opens nothing.</returns>
    /// <exception cref="AsrException"><c>EncryptionCertificateUnreadable</c>, <c>EncryptionCertificateWithoutKey</c>.</exception>
    Task<EncryptionCertificate> UseEncryptionCertificateAsync(EncryptionCertificateFile file, CancellationToken cancellation = default);

    /// <summary>The certificate of a cloud with its private key, for safekeeping away from its site (FO-06).</summary>
    /// <param name="fabric">The VMM site.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="password">What the file is encrypted with.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>PKCS #12.</returns>
    /// <exception cref="AsrException"><c>FabricNotFound</c>, <c>SiteUnreachable</c>, <c>CloudNotFound</c>, <c>EncryptionCertificateNotIssued</c>.</exception>
    Task<byte[]> ExportEncryptionCertificateAsync(string fabric, string cloud, SecureString password, CancellationToken cancellation = default);
}
