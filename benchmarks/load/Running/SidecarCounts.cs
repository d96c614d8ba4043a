namespace Load;

/// <summary>What went to the sidecar.</summary>
/// <param name="Requests">Requests of every kind.</param>
/// <param name="Documents">Documents that were written or deleted.</param>
/// <param name="Bytes">Bytes of the requests.</param>
/// <param name="Events">Events that were published.</param>
internal readonly record struct SidecarCounts(long Requests, long Documents, long Bytes, long Events)
{
    public SidecarCounts Since(SidecarCounts before) => new(
        Requests - before.Requests, Documents - before.Documents, Bytes - before.Bytes, Events - before.Events);
}
