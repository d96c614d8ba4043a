using LocalSidecar.Resources;

namespace LocalSidecar.Apps;

/// <summary>Takes what an app says that it subscribes to.</summary>
internal interface IAppSubscriptions
{
    /// <summary>There is no pub/sub component, so there is nothing to ask the app for.</summary>
    bool AreImpossible { get; }

    /// <summary>How many hold now.</summary>
    int Count { get; }

    /// <summary>Makes the subscriptions those that the app's code and its files ask for.</summary>
    /// <param name="programmatic">What the app answered; null when it did not, and then nothing is given up.</param>
    /// <exception cref="IOException">The log cannot take a new subscription.</exception>
    Task UseAsync(IReadOnlyList<SubscriptionDeclaration>? programmatic);
}
