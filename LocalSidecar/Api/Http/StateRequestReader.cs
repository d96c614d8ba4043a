using System.Text.Json;
using LocalSidecar.Json;
using LocalSidecar.State;

namespace LocalSidecar.Api.Http;

/// <summary>Reads save and transaction bodies without copying their values.</summary>
internal ref partial struct StateRequestReader
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly StateRequest _request;
    private readonly StateScope _scope;
    private readonly string? _queryTimeToLive;
    private Utf8JsonReader _reader;

    private StateRequestReader(ReadOnlySpan<byte> body, StateRequest request, StateScope scope, string? queryTimeToLive)
    {
        _body = body;
        _request = request;
        _scope = scope;
        _queryTimeToLive = queryTimeToLive;
        _reader = new Utf8JsonReader(body, isFinalBlock: true, new JsonReaderState(GoJson.ReaderOptions));
    }

    /// <summary>Reads an array of items to save.</summary>
    /// <param name="body">The request's body; the operations refer to it.</param>
    /// <param name="request">Takes the operations.</param>
    /// <param name="scope">Whose keys.</param>
    /// <param name="queryTimeToLive">The query's <c>metadata.ttlInSeconds</c>, which wins over every item's own.</param>
    /// <exception cref="ApiException">The body is not what it should be.</exception>
    public static void ReadSave(ReadOnlySpan<byte> body, StateRequest request, StateScope scope, string? queryTimeToLive)
    {
        var reader = new StateRequestReader(body, request, scope, queryTimeToLive);
        try
        {
            reader.Save();
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.Malformed(GoSyntax.Describe(body)));
        }
    }

    /// <summary>Reads the operations of a transaction.</summary>
    /// <inheritdoc cref="ReadSave"/>
    public static void ReadTransaction(ReadOnlySpan<byte> body, StateRequest request, StateScope scope, string? queryTimeToLive)
    {
        var reader = new StateRequestReader(body, request, scope, queryTimeToLive);
        try
        {
            reader.Transaction();
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.Malformed($"failed deserializing HTTP body: {GoSyntax.Describe(body)}"));
        }
    }

    private void Save()
    {
        Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Mistyped("Go value of type []state.SetRequest", "");
        }

        // Syntax comes before meaning: nothing is said about an item before the whole array has been read.
        ApiError? refusal = null;
        while (Read() != JsonTokenType.EndArray)
        {
            StateOperation operation = Item("SetRequest", ref refusal);
            if (operation.KeyLength == _scope.Prefix.Length)
            {
                refusal ??= ApiError.Malformed("\"key\" is a required field");
            }

            _request.Operations.Add(operation);
        }

        if (refusal is not null)
        {
            throw new ApiException(refusal);
        }
    }

    private void Transaction()
    {
        Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Mistyped("Go value of type http.stateTransactionRequestBody", "failed deserializing HTTP body: ");
        }

        ApiError? refusal = null;
        while (Read() != JsonTokenType.EndObject)
        {
            if (!Named("operations"u8))
            {
                Read();
                SkipValue("stateTransactionRequestBody.metadata");
                continue;
            }

            if (Read() == JsonTokenType.Null)
            {
                continue;
            }

            if (_reader.TokenType != JsonTokenType.StartArray)
            {
                throw Mistyped(
                    "Go struct field stateTransactionRequestBody.operations of type []http.stateTransactionRequestBodyOperation",
                    "failed deserializing HTTP body: ");
            }

            while (Read() != JsonTokenType.EndArray)
            {
                Operation(ref refusal);
            }
        }

        if (refusal is not null)
        {
            throw new ApiException(refusal);
        }
    }

    private void Operation(ref ApiError? refusal)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Mistyped(
                "Go struct field stateTransactionRequestBody.operations of type http.stateTransactionRequestBodyOperation",
                "failed deserializing HTTP body: ");
        }

        string? word = null;
        bool? delete = null;
        var operation = default(StateOperation);
        bool hasRequest = false;
        ApiError? itemRefusal = null;
        while (Read() != JsonTokenType.EndObject)
        {
            if (Named("operation"u8))
            {
                Read();
                (delete, word) = Word();
            }
            else if (Named("request"u8))
            {
                Read();
                operation = Item("stateTransactionRequestBodyOperation.operations.request", ref itemRefusal);
                hasRequest = true;
            }
            else
            {
                Read();
                SkipValue("stateTransactionRequestBodyOperation.operations");
            }
        }

        if (delete is null)
        {
            refusal ??= ApiError.Of(StateFailures.UnknownOperation(word ?? ""));
            return;
        }

        if (!hasRequest)
        {
            operation = new StateOperation { KeyAt = _request.Keys.Length, KeyLength = _scope.Prefix.Length };
            _request.Keys.Write(_scope.Prefix);
        }

        refusal ??= itemRefusal;
        operation.Delete = delete.Value;
        _request.Operations.Add(operation);
    }

    private readonly (bool? Delete, string? Word) Word()
    {
        if (_reader.TokenType == JsonTokenType.String)
        {
            if (_reader.ValueSpan.SequenceEqual("upsert"u8))
            {
                return (false, null);
            }

            if (_reader.ValueSpan.SequenceEqual("delete"u8))
            {
                return (true, null);
            }
        }

        return Text("stateTransactionRequestBodyOperation.operations.operation") switch
        {
            "upsert" => (false, null),
            "delete" => (true, null),
            var word => (null, word),
        };
    }
}
