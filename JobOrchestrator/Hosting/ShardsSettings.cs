using JobOrchestrator.Shards;

namespace JobOrchestrator.Hosting;

/// <summary>What the shards are told, from the options: they know no section of any configuration.</summary>
internal static class ShardsSettings
{
    public static ReplicaSettings Of(
        StoreOptions store, ReplicaOptions replica, EventOptions events, JobOptions jobs, HistoryOptions history) => new()
        {
            StoreName = store.Name,
            Shards = store.Shards,
            OperationsMax = store.OperationsMax,
            BytesMax = store.BytesMax,
            TwoStep = store.TwoStep,
            RequestTimeout = TimeSpan.FromSeconds(store.RequestSeconds),
            Lease = TimeSpan.FromSeconds(replica.LeaseSeconds),
            Renew = TimeSpan.FromSeconds(replica.RenewSeconds),
            Answer = TimeSpan.FromSeconds(replica.AnswerSeconds),
            MailboxMax = replica.MailboxMax,
            EventRetention = TimeSpan.FromSeconds(events.RetentionSeconds),
            EventBytesMax = events.RetentionBytes,
            EventSource = events.Source,
            Topics = events.Topics,
            EventCoalesce = TimeSpan.FromSeconds(events.Coalesce),
            PackEvents = events.Packed,
            Bounds = ShardBounds.Usual with { PackedBytesMax = events.PackedBytesMax },
            Jobs = jobs.ToSettings(),
            HistoryBytesMax = history.KilobytesMax * 1_024L,
        };
}
