namespace CosmosSetup;

/// <summary>Which container of which account, as the component file says.</summary>
/// <param name="File">The component file, for messages.</param>
/// <param name="Url">The account's address.</param>
/// <param name="Key">The account's key, Base64.</param>
/// <param name="KeyPlace">Where the key stands, for messages; never the key.</param>
/// <param name="Database">The database's name.</param>
/// <param name="Collection">The container's name; Dapr calls it by its older one.</param>
internal sealed record StoreTarget(string File, Uri Url, string Key, string KeyPlace, string Database, string Collection)
{
    /// <summary>Whether it is the emulator, or at least on this machine.</summary>
    public bool IsLocal => Url.IsLoopback;

    // The key stays out of whatever prints a target.
    public override string ToString() => $"{Url.GetLeftPart(UriPartial.Authority)}, database {Database}, container {Collection}";
}
