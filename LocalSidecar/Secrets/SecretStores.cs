using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.Secrets;

/// <summary>The secret stores that one app sees.</summary>
internal sealed class SecretStores
{
    private readonly Dictionary<string, SecretFile> _stores = new(StringComparer.Ordinal);

    /// <param name="components">Those that the app sees; of other types than secret stores too.</param>
    /// <exception cref="StartException">A store's file cannot be used.</exception>
    public SecretStores(IReadOnlyList<Component> components)
    {
        foreach (Component component in components.Where(static component => component.Type == Component.SecretsType))
        {
            _stores[component.Name] = SecretFile.Read(component);
        }
    }

    /// <summary>The values of one secret, by name.</summary>
    /// <exception cref="FailureException">There is no such store, or no such secret in it.</exception>
    public IReadOnlyDictionary<string, string> Get(string store, string name) =>
        Find(store).Secrets.TryGetValue(name, out IReadOnlyDictionary<string, string>? values)
        ? values
        : throw new FailureException(new Failure(
            FailureKind.SecretGet, $"failed getting secret with key {name} from secret store {store}: secret {name} not found"));

    /// <summary>Every secret of a store with its values.</summary>
    /// <exception cref="FailureException">There is no such store.</exception>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> GetAll(string store) => Find(store).Secrets;

    private SecretFile Find(string store) => _stores.TryGetValue(store, out SecretFile? file)
        ? file
        : throw new FailureException(_stores.Count == 0
            ? new Failure(FailureKind.SecretStoresNotConfigured, "secret store is not configured")
            : new Failure(FailureKind.SecretStoreNotFound, $"failed finding secret store with key {store}"));
}
