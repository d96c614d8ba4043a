using LocalSidecar.Resources;

namespace LocalSidecar.Apps;

/// <summary>Asks an app what it subscribes to, by the protocol that it speaks.</summary>
internal interface ISubscriptionQuestion
{
    /// <summary>The question's name, for the log.</summary>
    string Name { get; }

    /// <summary>Asks once.</summary>
    /// <param name="refuse">Told what is wrong with an answer, or with entries of it that cannot be used.</param>
    /// <param name="cancellationToken">Ends the wait for an answer.</param>
    /// <returns>Null: the app does not say.</returns>
    /// <exception cref="IOException">Nobody answered.</exception>
    Task<IReadOnlyList<SubscriptionDeclaration>?> AskAsync(Action<string> refuse, CancellationToken cancellationToken);
}
