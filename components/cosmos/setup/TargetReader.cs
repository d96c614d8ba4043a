namespace CosmosSetup;

/// <summary>Finds out from the component files which container is meant, and by which key it is reached.</summary>
internal static class TargetReader
{
    /// <exception cref="SetupException">A setting is missing or wrong.</exception>
    public static StoreTarget Read(string componentsFolder, string appFolder)
    {
        IReadOnlyList<Component> components = Component.ReadFolder(componentsFolder);
        Component[] stores = [.. components.Where(static component => component.Type == "state.azure.cosmosdb")];
        if (stores.Length != 1)
        {
            throw new SetupException(
                $"{componentsFolder} holds {stores.Length} components of type state.azure.cosmosdb, and it should hold one.");
        }

        Component store = stores[0];
        string url = Required(store, "url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("https" or "http"))
        {
            throw new SetupException(
                $"{store.File}: url is \"{url}\", not an address such as https://localhost:8081 or https://NAME.documents.azure.com:443.");
        }

        (string key, string place) = Key(store, components, appFolder);
        return new StoreTarget(store.File, address, key, place, Required(store, "database"), Required(store, "collection"));
    }

    private static (string Key, string Place) Key(Component store, IReadOnlyList<Component> components, string appFolder)
    {
        if (!store.Settings.TryGetValue("masterKey", out ComponentSetting? setting) || setting is { Value: null, SecretName: null })
        {
            throw new SetupException(
                $"{store.File}: masterKey is missing. A sign-on by Microsoft Entra ID may serve daprd, "
                + "but it cannot make a database or a container.");
        }

        (string key, string place) = setting.Value is { } plain
            ? (plain, $"masterKey in {store.File}")
            : Secret(store, setting, components, appFolder);
        byte[] bytes = new byte[key.Length];
        return key.Length > 0 && Convert.TryFromBase64String(key, bytes, out int length) && length > 0
            ? (key, place)
            : throw new SetupException(
                $"{place} is not the key of an account, which is Base64: put the primary key there (in the portal under Keys).");
    }

    private static (string Secret, string Place) Secret(
        Component store, ComponentSetting setting, IReadOnlyList<Component> components, string appFolder)
    {
        Component secrets = components.FirstOrDefault(component => component.Name == store.SecretStore)
            ?? throw new SetupException(
                $"{store.File}: masterKey is a secret of \"{store.SecretStore}\", and no component has that name.");
        return secrets.Type == "secretstores.local.file"
            ? LocalSecrets.Read(secrets, setting, appFolder)
            : throw new SetupException(
                $"{secrets.File}: this program reads secrets of secretstores.local.file only, not of {secrets.Type}.");
    }

    private static string Required(Component store, string name) =>
        store.Settings.TryGetValue(name, out ComponentSetting? setting) && setting.Value is { } value
            ? value
            : throw new SetupException($"{store.File}: {name} is missing.");
}
