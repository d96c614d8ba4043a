using System.Globalization;
using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>
/// What the store says of itself in the document <c>shards</c>: how many shards it was first used with, the format of its documents, and
/// whether it was found to roll back. Format 1, or none: paused queues stand in the heads. 2: settings are documents.
/// </summary>
internal sealed class StoreFormat(StoreCalls store)
{
    /// <summary>The format that this version writes; it reads all before.</summary>
    public const int Known = 3;

    /// <summary>Reads only: whether this version may touch the store.</summary>
    /// <exception cref="NewerFormatException">It may not.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    /// <summary>
    /// Raises the store to this version's format, before anything of that format is written; a new store gets its number of shards.
    /// Replicas may begin at the same time: one of them writes, all go by what is stored then.
    /// </summary>
    /// <param name="shards">The number of shards of a new store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many shards the store has.</returns>
    /// <exception cref="NewerFormatException">The store is of a format that this version does not know.</exception>
    public async Task<int> BeginAsync(int shards, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored? stored = await ReadAsync(cancellationToken);
            if (stored is { Format: Known })
            {
                return stored.Shards;
            }

            string json = string.Create(CultureInfo.InvariantCulture, $$"""{"count":{{stored?.Shards ?? shards}},"format":{{Known}}}""");
            await store.TrySaveAsync(Keys.Shards, Encoding.UTF8.GetBytes(json), stored?.ETag, Keys.Shards, cancellationToken);
        }
    }

    /// <summary>Notes whether the store rolls back; after <see cref="BeginAsync"/>.</summary>
    /// <returns>What was noted before; null: nothing.</returns>
    /// <exception cref="NewerFormatException">The store is of a format that this version does not know.</exception>
    public async Task<bool?> NoteAsync(bool rollsBack, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored stored = await ReadAsync(cancellationToken)
                ?? throw new InvalidOperationException($"The document {Keys.Shards} is gone from the state store.");
            string json = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"count":{{stored.Shards}},"format":{{stored.Format}},"rollsBack":{{(rollsBack ? "true" : "false")}}}""");
            if (stored.RollsBack == rollsBack
                || await store.TrySaveAsync(Keys.Shards, Encoding.UTF8.GetBytes(json), stored.ETag, Keys.Shards, cancellationToken))
            {
                return stored.RollsBack;
            }
        }
    }

    private async Task<Stored?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Keys.Shards, Keys.Shards, cancellationToken) is not { } item)
        {
            return null;
        }

        using var document = JsonDocument.Parse(item.Value);
        JsonElement root = document.RootElement;
        int format = root.TryGetProperty("format", out JsonElement stored) ? stored.GetInt32() : 1;
        return format <= Known
            ? new Stored(
                root.GetProperty("count").GetInt32(),
                format,
                root.TryGetProperty("rollsBack", out JsonElement rollsBack) ? rollsBack.GetBoolean() : null,
                item.ETag)
            : throw new NewerFormatException(format);
    }

    private sealed record Stored(int Shards, int Format, bool? RollsBack, string ETag);
}

/// <summary>A newer version of the service has used the store: this one must not write to it.</summary>
/// <param name="format">The store's format.</param>
internal sealed class NewerFormatException(int format) : Exception(
    $"The state store is of format {format}, and this version of the service knows formats up to {StoreFormat.Known}: "
    + "it takes no shard and writes nothing. Run the version that the store was last used with, or a newer one.");
