namespace JobOrchestrator.Simulation.Models;

/// <summary>The stores that the simulator knows, by name; those of real components answer as recorded of them.</summary>
internal static class Presets
{
    public static readonly StoreModel InMemory = new("in-memory")
    {
        BulkOrder = BulkOrder.AsAsked,
        ComparesFirst = true,
        FirstWriteGuardsDeletes = true,
    };

    public static readonly StoreModel Sqlite = new("sqlite") { WantsTtlIn32Bits = true };

    public static readonly StoreModel Mysql = new("mysql") { WantsTtlIn32Bits = true };

    public static readonly StoreModel Postgres = new("postgres")
    {
        BulkOrder = BulkOrder.AnyFoundFirst,
        FirstWriteFails = true,
        WantsTtlIn32Bits = true,
        WantsBytes = true,
    };

    public static readonly StoreModel Redis = new("redis")
    {
        Transactions = TransactionKind.AppliesTheOthers,
        ETags = ETagKind.ByKey,
        BulkOrder = BulkOrder.AsAsked,
        KeepsExpiry = true,
    };

    /// <summary>A store without transactions.</summary>
    public static readonly StoreModel None = new("none") { Transactions = TransactionKind.OneByOne };

    /// <summary>A store that takes little: an item of 8 KB, 100 operations, 1 MB.</summary>
    public static readonly StoreModel Small = new("small") { OperationsMax = 100, ItemBytesMax = 8_000, RequestBytesMax = 1_000_000 };

    public static IReadOnlyList<StoreModel> All { get; } = [InMemory, Sqlite, Mysql, Postgres, Redis, None, Small];

    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static StoreModel Named(string name) =>
        All.FirstOrDefault(model => model.Name == name)
        ?? throw new ArgumentException($"There is no store '{name}'; there are {string.Join(", ", All.Select(model => model.Name))}.");
}
