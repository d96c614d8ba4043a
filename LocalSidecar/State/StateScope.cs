using System.Text;
using LocalSidecar.Errors;

namespace LocalSidecar.State;

/// <summary>
/// A state component as one app sees it, with what every API does to it. Keys are the app's own; a prefix goes in
/// front of them on the way to the store, which every app of the process that names the component shares.
/// </summary>
/// <param name="store">The store behind it.</param>
/// <param name="prefix">UTF-8, separator included; empty for the strategy <c>none</c>.</param>
/// <param name="transactions">How transactions are carried out.</param>
internal sealed class StateScope(StateStore store, byte[] prefix, StateRules transactions = StateRules.Atomic)
{
    // Of an answer that is given up for its size, little is read in vain.
    private const int ReadAtOnce = 64;
    private const long BytesAtOnce = 1 << 20;

    /// <summary>The component's name.</summary>
    public string Name => store.Name;

    /// <summary>What stands in front of the app's keys.</summary>
    public ReadOnlySpan<byte> Prefix => prefix;

    /// <summary>The value under a key; null when there is none.</summary>
    /// <exception cref="FailureException">The key is illegal, or the value could not be read.</exception>
    public StateValue? Get(string key)
    {
        byte[] full = FullKey(key);
        try
        {
            return store.Get(full);
        }
        catch (IOException problem)
        {
            throw new FailureException(StateFailures.Get(Name, key, problem.Message));
        }
    }

    /// <summary>The values under several keys, one by one in the order asked for; a key asked for twice comes twice.</summary>
    /// <exception cref="FailureException">A key is illegal; thrown when its turn comes.</exception>
    public IEnumerable<StateItem> GetMany(IEnumerable<string> keys)
    {
        foreach (string[] some in keys.Chunk(ReadAtOnce))
        {
            // An illegal one is told of when its turn comes.
            byte[][] legal = [.. some.TakeWhile(IsLegal).Select(FullKey)];
            (StateValue? Value, bool IsKnown)[] found = store.GetMany(legal, BytesAtOnce);
            for (int i = 0; i < some.Length; i++)
            {
                yield return i < found.Length && found[i] is (var value, IsKnown: true)
                    ? new StateItem(some[i], value, null)
                    : Item(some[i], FullKey(some[i]));
            }
        }
    }

    /// <summary>Adds the write of a value to a request.</summary>
    /// <param name="request">Takes key and value; it is to be executed with its <see cref="StateRequest.Values"/>.</param>
    /// <param name="key">The app's key; may be empty.</param>
    /// <param name="value">Bytes that come back as they are or, unless raw, JSON known to be valid, which comes back re-encoded.</param>
    /// <param name="isRaw">Which of both.</param>
    /// <param name="condition">What must hold for the write.</param>
    /// <param name="timeToLive">The metadata <c>ttlInSeconds</c>; null for none. What is no number refuses the write later.</param>
    /// <exception cref="FailureException">The key is illegal.</exception>
    public void AddUpsert(
        StateRequest request, string key, ReadOnlySpan<byte> value, bool isRaw, StateCondition condition, string? timeToLive)
    {
        StateOperation operation = Operation(request, key, condition);
        operation.IsRaw = isRaw;
        operation.ValueAt = request.Values.Length;
        operation.ValueLength = value.Length;
        operation.Problem = TimeToLive.Read(timeToLive, out operation.TimeToLiveSeconds);
        request.Values.Write(value);
        request.Operations.Add(operation);
    }

    /// <summary>Adds the deletion of a key to a request.</summary>
    /// <param name="request">Takes the key.</param>
    /// <param name="key">The app's key; may be empty.</param>
    /// <param name="condition">What must hold for the deletion.</param>
    /// <param name="problem">What the store says against it whatever it holds; null for nothing.</param>
    /// <exception cref="FailureException">The key is illegal.</exception>
    public void AddDelete(StateRequest request, string key, StateCondition condition, string? problem = null)
    {
        StateOperation operation = Operation(request, key, condition);
        operation.Delete = true;
        operation.Problem = problem;
        request.Operations.Add(operation);
    }

    /// <summary>Writes what can be written; what is refused does not undo the rest.</summary>
    /// <param name="request">May be empty.</param>
    /// <param name="body">The bytes that the operations' values stand in.</param>
    /// <exception cref="FailureException">An operation was refused, or the log could not be written.</exception>
    public Task SaveAsync(StateRequest request, ReadOnlyMemory<byte> body) =>
        ExecuteAsync(request, body, StateRules.Each, (problems, isConflict) =>
            StateFailures.Save(Name, AllTexts(problems, request), isConflict));

    /// <summary>Does all of a request or nothing, unless the component is told to go key by key.</summary>
    /// <inheritdoc cref="SaveAsync"/>
    public Task TransactAsync(StateRequest request, ReadOnlyMemory<byte> body) =>
        ExecuteAsync(request, body, transactions, static (problems, _) => StateFailures.Transaction(problems[0].Text));

    /// <summary>Deletes a key; one that is not there is fine, unless an ETag says that it should be.</summary>
    /// <param name="key">The app's key.</param>
    /// <param name="condition">What must hold.</param>
    /// <param name="problem">What the store says against it whatever it holds; null for nothing.</param>
    /// <exception cref="FailureException">It was refused, or the log could not be written.</exception>
    public async Task DeleteAsync(string key, StateCondition condition, string? problem = null)
    {
        var request = StateRequest.Rent();
        try
        {
            AddDelete(request, key, condition, problem);
            await ExecuteAsync(request, default, StateRules.Atomic, (problems, isConflict) =>
                StateFailures.Delete(key, problems[0].Text, isConflict));
        }
        finally
        {
            request.Return();
        }
    }

    /// <summary>Deletes several keys; what is refused does not undo the rest.</summary>
    /// <param name="request">Made by <see cref="AddDelete"/>; may be empty.</param>
    /// <exception cref="FailureException">A deletion was refused, or the log could not be written.</exception>
    public Task DeleteManyAsync(StateRequest request) =>
        ExecuteAsync(request, default, StateRules.Each, (problems, isConflict) =>
            StateFailures.BulkDelete(Name, AllTexts(problems, request), isConflict));

    private async Task ExecuteAsync(
        StateRequest request, ReadOnlyMemory<byte> body, StateRules rules, Func<IReadOnlyList<StateProblem>, bool, Failure> failure)
    {
        if (request.Operations.Count == 0)
        {
            return;
        }

        IReadOnlyList<StateProblem> problems;
        try
        {
            StateOutcome outcome = store.Execute(request, body.Span, rules);
            await outcome.Committed;
            problems = outcome.Problems;
        }
        catch (IOException problem)
        {
            problems = [new StateProblem(0, problem.Message, IsConflict: false)];
        }

        if (problems.Count > 0)
        {
            throw new FailureException(failure(problems, problems.All(static problem => problem.IsConflict)));
        }
    }

    /// <summary>
    /// The texts a line each, as daprd joins those of several operations: under the word for conflicts once more, and the last
    /// operation's first, since of the operations that it begins side by side it comes to the last one first.
    /// </summary>
    private static string AllTexts(IReadOnlyList<StateProblem> problems, StateRequest request)
    {
        IEnumerable<StateProblem> inOrder = problems[^1].Index == request.Operations.Count - 1
            ? [problems[^1], .. problems.SkipLast(1)]
            : problems;
        string texts = string.Join('\n', inOrder.Select(static problem => problem.Text));
        return request.Operations.Count > 1 && problems.Any(static problem => problem.IsConflict) ? StateStore.Conflicting + texts : texts;
    }

    private StateItem Item(string key, byte[] full)
    {
        try
        {
            return new StateItem(key, store.Get(full), null);
        }
        catch (IOException problem)
        {
            return new StateItem(key, null, problem.Message);
        }
    }

    private StateOperation Operation(StateRequest request, string key, StateCondition condition)
    {
        Check(key);
        var operation = new StateOperation
        {
            KeyAt = request.Keys.Length,
            Etag = string.IsNullOrEmpty(condition.Etag) ? null : condition.Etag,
            FirstWrite = condition.FirstWrite,
        };
        request.Keys.Write(prefix);
        request.Keys.WriteText(key);
        operation.KeyLength = request.Keys.Length - operation.KeyAt;
        return operation;
    }

    private byte[] FullKey(string key)
    {
        Check(key);
        byte[] full = new byte[prefix.Length + Encoding.UTF8.GetByteCount(key)];
        prefix.CopyTo(full, 0);
        Encoding.UTF8.GetBytes(key, full.AsSpan(prefix.Length));
        return full;
    }

    private static bool IsLegal(string key) => !key.Contains("||", StringComparison.Ordinal);

    private void Check(string key)
    {
        if (!IsLegal(key))
        {
            throw new FailureException(StateFailures.IllegalKey(Name, key));
        }
    }
}

/// <summary>What must hold for a write.</summary>
/// <param name="Etag">The value's ETag; null or empty for none.</param>
/// <param name="FirstWrite">Without an ETag: there must be no value yet.</param>
internal readonly record struct StateCondition(string? Etag, bool FirstWrite);

/// <summary>One value of several that were asked for.</summary>
/// <param name="Key">The app's key.</param>
/// <param name="Value">Null when there is none.</param>
/// <param name="Problem">Why it could not be read; null when nothing is wrong.</param>
internal sealed record StateItem(string Key, StateValue? Value, string? Problem);
