using System.Text;
using System.Text.Json;
using LocalSidecar.Json;
using LocalSidecar.State;

namespace LocalSidecar.Api.Http;

// The parts that items to save and operations of a transaction share.
internal ref partial struct StateRequestReader
{
    private StateOperation Item(string field, ref ApiError? refusal)
    {
        var operation = new StateOperation { KeyAt = _request.Keys.Length };
        _request.Keys.Write(_scope.Prefix);
        string? timeToLive = (string?)null;
        if (_reader.TokenType != JsonTokenType.Null)
        {
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                throw Mistyped($"Go value of type {(field == "SetRequest" ? "state.SetRequest" : field)}", "");
            }

            while (Read() != JsonTokenType.EndObject)
            {
                Member(field, ref operation, ref timeToLive);
            }
        }

        operation.KeyLength = _request.Keys.Length - operation.KeyAt;
        operation.Problem ??= TimeToLive.Read(_queryTimeToLive ?? timeToLive, out operation.TimeToLiveSeconds);
        ReadOnlySpan<byte> key = _request.Keys.Written[(operation.KeyAt + _scope.Prefix.Length)..];
        if (key.IndexOf("||"u8) >= 0)
        {
            refusal ??= ApiError.Of(StateFailures.IllegalKey(_scope.Name, Encoding.UTF8.GetString(key)));
        }

        return operation;
    }

    private void Member(string field, ref StateOperation operation, ref string? timeToLive)
    {
        if (Named("key"u8))
        {
            Read();
            _request.Keys.Truncate(operation.KeyAt + _scope.Prefix.Length);
            Key(field);
        }
        else if (Named("value"u8))
        {
            Read();
            operation.ValueAt = (int)_reader.TokenStartIndex;
            SkipValue($"{field}.value");
            operation.ValueLength = (int)_reader.BytesConsumed - operation.ValueAt;
        }
        else if (Named("etag"u8))
        {
            Read();
            operation.Etag = Text($"{field}.etag") is { Length: > 0 } etag ? etag : null;
        }
        else if (Named("options"u8))
        {
            Read();
            Options(field, ref operation);
        }
        else if (Named("metadata"u8))
        {
            Read();
            timeToLive = Metadata(field);
        }
        else
        {
            Read();
            SkipValue(field);
        }
    }

    private void Key(string field)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.String)
        {
            throw Mistyped($"Go struct field {field}.key of type string", "");
        }

        ReadOnlySpan<byte> span = _reader.ValueSpan;
        if (_reader.ValueIsEscaped)
        {
            int at = _request.Keys.Length;
            int length = GoString.Unescape(span, _request.Keys.Extend(span.Length));
            _request.Keys.Truncate(at + length);
        }
        else
        {
            _request.Keys.Write(span);
        }
    }

    private void Options(string field, ref StateOperation operation)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Mistyped($"Go struct field {field}.options of type state.SetStateOption", "");
        }

        while (Read() != JsonTokenType.EndObject)
        {
            if (Named("concurrency"u8))
            {
                Read();
                string? word = Text($"{field}.options.concurrency");
                operation.FirstWrite = word == "first-write";
                if (word is not (null or "" or "first-write" or "last-write"))
                {
                    operation.Problem ??= $"unrecognized concurrency model '{word}'";
                }
            }
            else if (Named("consistency"u8))
            {
                Read();
                if (Text($"{field}.options.consistency") is { } word && word is not ("" or "strong" or "eventual"))
                {
                    operation.Problem ??= $"unrecognized consistency model '{word}'";
                }
            }
            else
            {
                Read();
                SkipValue($"{field}.options");
            }
        }
    }

    private string? Metadata(string field)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Mistyped($"Go struct field {field}.metadata of type map[string]string", "");
        }

        string? timeToLive = null;
        while (Read() != JsonTokenType.EndObject)
        {
            bool wanted = Text(field) == "ttlInSeconds";
            Read();
            string? text = Text($"{field}.metadata");
            timeToLive = wanted ? text : timeToLive;
        }

        return timeToLive;
    }

    private readonly string? Text(string field)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw Mistyped($"Go struct field {field} of type string", "");
        }

        if (!_reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(_reader.ValueSpan);
        }

        byte[] bytes = new byte[_reader.ValueSpan.Length];
        return Encoding.UTF8.GetString(bytes, 0, GoString.Unescape(_reader.ValueSpan, bytes));
    }

    private void SkipValue(string field)
    {
        int depth = 0;
        do
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    depth++;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    break;
                case JsonTokenType.Number when !GoNumber.Fits(_reader.ValueSpan):
                    throw new ApiException(ApiError.Malformed(
                        $"json: cannot unmarshal number {Encoding.UTF8.GetString(_reader.ValueSpan)} into Go struct field {field} of type "
                            + "float64"));
            }
        }
        while (depth > 0 && _reader.Read());
    }

    private JsonTokenType Read()
    {
        if (!_reader.Read())
        {
            throw new JsonException("The text ends early.");
        }

        return _reader.TokenType;
    }

    // Exact first: it is what nearly every client sends.
    private readonly bool Named(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> span = _reader.ValueSpan;
        if (span.SequenceEqual(name) || Ascii.EqualsIgnoreCase(span, name))
        {
            return true;
        }

        if (!_reader.ValueIsEscaped || span.Length > 256)
        {
            return false;
        }

        Span<byte> plain = stackalloc byte[span.Length];
        return Ascii.EqualsIgnoreCase(plain[..GoString.Unescape(span, plain)], name);
    }

    private readonly ApiException Mistyped(string target, string before)
    {
        string kind = _reader.TokenType switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.String => "string",
            JsonTokenType.Number => "number",
            _ => "bool",
        };
        return new ApiException(ApiError.Malformed($"{before}json: cannot unmarshal {kind} into {target}"));
    }
}
