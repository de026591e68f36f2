// Generated from schemas/events and schemas/codes by `npm run generate`.

type Json = Record<string, unknown>

export const sharedSchemas: readonly Json[] = [
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/definitions.json",
  "title": "Parts that events share",
  "$defs": {
   "agencyId": {
    "type": "string",
    "pattern": "^[a-z][A-Za-z0-9-]{2,39}$",
    "description": "An agency of the directory."
   },
   "phone": {
    "type": "string",
    "pattern": "^\\+?[0-9][0-9 ()-]{4,24}$",
    "description": "A telephone number, as people write it."
   },
   "contact": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "role": {
      "type": "string",
      "minLength": 1,
      "maxLength": 60,
      "format": "text"
     },
     "name": {
      "type": "string",
      "minLength": 1,
      "maxLength": 120,
      "format": "text"
     },
     "phone": {
      "$ref": "#/$defs/phone"
     },
     "outOfHoursPhone": {
      "$ref": "#/$defs/phone"
     }
    },
    "required": [
     "role",
     "phone"
    ],
    "description": "Whom to phone."
   },
   "organisation": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "system": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     },
     "value": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     }
    },
    "required": [
     "system",
     "value"
    ],
    "description": "An organisation by a number of its own; the system says which register."
   },
   "identifier": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "system": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     },
     "value": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     },
     "validFrom": {
      "type": "string",
      "format": "date"
     },
     "validTo": {
      "type": "string",
      "format": "date"
     },
     "status": {
      "type": "string",
      "enum": [
       "current",
       "former",
       "disputed"
      ]
     },
     "verified": {
      "type": "boolean"
     }
    },
    "required": [
     "system",
     "value"
    ]
   },
   "address": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "lines": {
      "type": "array",
      "maxItems": 6,
      "items": {
       "type": "string",
       "minLength": 1,
       "maxLength": 120,
       "format": "text"
      }
     },
     "postcode": {
      "type": "string",
      "minLength": 1,
      "maxLength": 10,
      "format": "text"
     },
     "uprn": {
      "type": "string",
      "pattern": "^[0-9]{1,12}$"
     }
    },
    "description": "Where a child or family lives."
   },
   "birthOrder": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "order": {
      "type": "integer",
      "minimum": 1,
      "maximum": 9
     },
     "of": {
      "type": "integer",
      "minimum": 1,
      "maximum": 9
     }
    },
    "required": [
     "order",
     "of"
    ],
    "description": "First of two, for a twin."
   },
   "demographics": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "names": {
      "type": "array",
      "minItems": 1,
      "maxItems": 10,
      "items": {
       "type": "object",
       "additionalProperties": false,
       "properties": {
        "use": {
         "type": "string",
         "minLength": 1,
         "maxLength": 20,
         "format": "text"
        },
        "given": {
         "type": "string",
         "minLength": 1,
         "maxLength": 120,
         "format": "name"
        },
        "family": {
         "type": "string",
         "minLength": 1,
         "maxLength": 120,
         "format": "name"
        },
        "from": {
         "type": "string",
         "format": "date"
        },
        "to": {
         "type": "string",
         "format": "date"
        }
       }
      }
     },
     "bornOn": {
      "type": "string",
      "format": "date"
     },
     "expectedOn": {
      "type": "string",
      "format": "date"
     },
     "sex": {
      "type": "string",
      "enum": [
       "female",
       "male",
       "indeterminate",
       "unknown"
      ]
     },
     "birthOrder": {
      "$ref": "#/$defs/birthOrder"
     },
     "addresses": {
      "type": "array",
      "maxItems": 20,
      "items": {
       "type": "object",
       "additionalProperties": false,
       "properties": {
        "lines": {
         "type": "array",
         "maxItems": 6,
         "items": {
          "type": "string",
          "minLength": 1,
          "maxLength": 120,
          "format": "text"
         }
        },
        "postcode": {
         "type": "string",
         "minLength": 1,
         "maxLength": 10,
         "format": "text"
        },
        "uprn": {
         "type": "string",
         "pattern": "^[0-9]{1,12}$"
        },
        "from": {
         "type": "string",
         "format": "date"
        },
        "to": {
         "type": "string",
         "format": "date"
        }
       }
      }
     },
     "parents": {
      "type": "array",
      "maxItems": 10,
      "items": {
       "type": "object",
       "additionalProperties": false,
       "properties": {
        "role": {
         "type": "string",
         "minLength": 1,
         "maxLength": 40,
         "format": "text"
        },
        "given": {
         "type": "string",
         "minLength": 1,
         "maxLength": 120,
         "format": "name"
        },
        "family": {
         "type": "string",
         "minLength": 1,
         "maxLength": 120,
         "format": "name"
        },
        "bornOn": {
         "type": "string",
         "format": "date"
        }
       }
      }
     }
    },
    "allOf": [
     {
      "not": {
       "required": [
        "bornOn",
        "expectedOn"
       ]
      }
     }
    ],
    "description": "Who a child is, as the sender's record has it: the fields of POST /v1/resolve. bornOn or expectedOn, never both."
   },
   "child": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "recordId": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text",
      "description": "The sender's own id for the child. Never delivered."
     },
     "uci": {
      "type": "string",
      "minLength": 1,
      "maxLength": 40,
      "format": "text",
      "description": "Waymark's identifier."
     },
     "identifiers": {
      "type": "array",
      "minItems": 1,
      "maxItems": 20,
      "items": {
       "$ref": "#/$defs/identifier"
      }
     },
     "demographics": {
      "$ref": "#/$defs/demographics"
     },
     "withheld": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
       "reason": {
        "type": "string",
        "enum": [
         "NOT_FACILITATING",
         "MORE_DETRIMENTAL",
         "UNKNOWN_WOULD_DELAY"
        ],
        "x-code-list": "withholding-reasons"
       },
       "demographics": {
        "$ref": "#/$defs/demographics"
       }
      },
      "required": [
       "reason"
      ],
      "description": "The identifier is left out, as Children Act 2004 s.16LC allows for three reasons and no other."
     }
    },
    "oneOf": [
     {
      "required": [
       "uci"
      ],
      "not": {
       "anyOf": [
        {
         "required": [
          "identifiers"
         ]
        },
        {
         "required": [
          "demographics"
         ]
        },
        {
         "required": [
          "withheld"
         ]
        }
       ]
      }
     },
     {
      "required": [
       "identifiers"
      ],
      "not": {
       "anyOf": [
        {
         "required": [
          "uci"
         ]
        },
        {
         "required": [
          "withheld"
         ]
        }
       ]
      }
     },
     {
      "required": [
       "demographics"
      ],
      "not": {
       "anyOf": [
        {
         "required": [
          "uci"
         ]
        },
        {
         "required": [
          "identifiers"
         ]
        },
        {
         "required": [
          "withheld"
         ]
        }
       ]
      }
     },
     {
      "required": [
       "withheld"
      ],
      "not": {
       "anyOf": [
        {
         "required": [
          "uci"
         ]
        },
        {
         "required": [
          "identifiers"
         ]
        },
        {
         "required": [
          "demographics"
         ]
        }
       ]
      }
     }
    ],
    "description": "The child, named in exactly one of four ways."
   },
   "sender": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "org": {
      "$ref": "#/$defs/organisation"
     },
     "role": {
      "type": "string",
      "minLength": 1,
      "maxLength": 60,
      "format": "text"
     },
     "contact": {
      "$ref": "#/$defs/contact"
     },
     "outOfHoursPhone": {
      "$ref": "#/$defs/phone"
     }
    },
    "description": "Who sends, where it is more exact than the agency."
   },
   "assertions": {
    "type": "array",
    "maxItems": 50,
    "items": {
     "type": "object",
     "additionalProperties": false,
     "properties": {
      "text": {
       "type": "string",
       "minLength": 1,
       "maxLength": 1000,
       "format": "text"
      },
      "nature": {
       "type": "string",
       "enum": [
        "fact",
        "professional-opinion",
        "reported"
       ]
      },
      "saidBy": {
       "type": "string",
       "minLength": 1,
       "maxLength": 120,
       "format": "text"
      },
      "confidence": {
       "type": "string",
       "minLength": 1,
       "maxLength": 60,
       "format": "text"
      }
     },
     "required": [
      "text",
      "nature"
     ]
    },
    "x-field-group": "n",
    "description": "The only place for narrative outside fields of group n."
   },
   "childVoice": {
    "type": [
     "object",
     "null"
    ],
    "additionalProperties": false,
    "properties": {
     "spokenTo": {
      "type": "boolean"
     },
     "presentPersons": {
      "type": "array",
      "maxItems": 20,
      "items": {
       "type": "string",
       "minLength": 1,
       "maxLength": 120,
       "format": "text"
      }
     },
     "words": {
      "type": "string",
      "minLength": 1,
      "maxLength": 1000,
      "format": "text"
     }
    },
    "required": [
     "spokenTo"
    ],
    "x-field-group": "n",
    "description": "Whether the child was spoken to, and what the child said."
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/sharing-basis.json",
  "title": "The legal basis on which an event is shared",
  "description": "Agreement, consent, treatment and openness are four fields and never one.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
   "id": {
    "type": "string",
    "minLength": 1,
    "maxLength": 60,
    "format": "text",
    "description": "Set by the hub."
   },
   "purpose": {
    "type": "string",
    "enum": [
     "safeguard-child",
     "promote-welfare",
     "urgent-care",
     "education-continuity",
     "care-placement",
     "find-missing-child",
     "domestic-abuse-support",
     "homeless-family-support",
     "identity-quality",
     "child-death-review",
     "subject-rights",
     "audit"
    ],
    "x-code-list": "purposes"
   },
   "gateways": {
    "type": "array",
    "minItems": 1,
    "maxItems": 10,
    "uniqueItems": true,
    "items": {
     "type": "string",
     "enum": [
      "CA2004-16LA",
      "CA2004-16LC",
      "CA2004-10",
      "CA2004-11",
      "CA2004-16H",
      "CA1989-17",
      "CA1989-27",
      "CA1989-47",
      "CA1989-44",
      "CA1989-46",
      "CA1989-23C",
      "CPPCR2010-11",
      "CPPCR2010-13",
      "CPPCR2010-14",
      "EA1996-436A",
      "EA1996-436B",
      "EA1996-436C",
      "EA1996-436D",
      "EA1996-436E",
      "EA1996-436F",
      "EA1996-436G",
      "PUPIL-REG",
      "VPA2024-OPENC",
      "HA1996-213AA",
      "HA1996-208",
      "CDA1998-115",
      "CL-POLICE",
      "CJA2003-325",
      "CHILD-DEATH-REVIEW",
      "ADOPTION",
      "UKGDPR-16",
      "UKGDPR-19"
     ],
     "x-code-list": "gateways"
    }
   },
   "article6": {
    "type": "string",
    "enum": [
     "A6C",
     "A6E",
     "A6D",
     "A6EA",
     "A6A"
    ],
    "x-code-list": "article6"
   },
   "article9": {
    "type": "string",
    "enum": [
     "A9G",
     "A9H",
     "A9C",
     "NONE"
    ],
    "x-code-list": "article9"
   },
   "dpaSchedule1": {
    "type": [
     "string",
     "null"
    ],
    "enum": [
     null,
     "P18",
     "P2"
    ],
    "x-code-list": "dpa-schedule-1"
   },
   "article10": {
    "type": "boolean",
    "default": false,
    "description": "Criminal-offence data."
   },
   "regime": {
    "type": "string",
    "enum": [
     "PART2",
     "PART3"
    ],
    "x-code-list": "regime",
    "default": "PART2"
   },
   "confidentiality": {
    "type": "string",
    "enum": [
     "none",
     "direct-care",
     "statutory",
     "overriding-public-interest",
     "consent"
    ],
    "description": "Required from NHS bodies."
   },
   "detriment": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "considered": {
      "const": true,
      "type": "boolean"
     },
     "outcome": {
      "type": "string",
      "enum": [
       "not-more-detrimental",
       "more-detrimental",
       "unclear"
      ]
     },
     "reason": {
      "type": "string",
      "minLength": 1,
      "maxLength": 500,
      "format": "text"
     }
    },
    "required": [
     "considered",
     "outcome",
     "reason"
    ]
   },
   "necessity": {
    "type": "string",
    "minLength": 1,
    "maxLength": 500,
    "format": "text"
   },
   "minimumData": {
    "type": "string",
    "minLength": 1,
    "maxLength": 500,
    "format": "text"
   },
   "serviceAgreement": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "state": {
      "type": "string",
      "enum": [
       "agreed",
       "refused",
       "withdrawn",
       "not-asked",
       "not-applicable"
      ]
     },
     "by": {
      "type": "string",
      "minLength": 1,
      "maxLength": 120,
      "format": "text"
     },
     "on": {
      "type": "string",
      "format": "date"
     }
    },
    "required": [
     "state"
    ],
    "description": "Accepting a service; agreement-based types need agreed."
   },
   "dataProtectionConsent": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "state": {
      "type": "string",
      "enum": [
       "not-relied-on",
       "given",
       "refused",
       "withdrawn"
      ]
     },
     "givenBy": {
      "type": "string",
      "minLength": 1,
      "maxLength": 120,
      "format": "text"
     },
     "gillick": {
      "type": "string",
      "enum": [
       "competent",
       "not-competent",
       "not-assessed",
       "not-applicable"
      ]
     },
     "note": {
      "type": "string",
      "minLength": 1,
      "maxLength": 500,
      "format": "text"
     },
     "on": {
      "type": "string",
      "format": "date"
     },
     "withdrawnOn": {
      "type": "string",
      "format": "date"
     }
    },
    "required": [
     "state"
    ],
    "description": "Consent to processing; only A6A rests on it."
   },
   "treatmentConsent": {
    "type": [
     "object",
     "null"
    ],
    "additionalProperties": false,
    "properties": {
     "state": {
      "type": "string",
      "minLength": 1,
      "maxLength": 40,
      "format": "text"
     },
     "by": {
      "type": "string",
      "minLength": 1,
      "maxLength": 120,
      "format": "text"
     },
     "on": {
      "type": "string",
      "format": "date"
     }
    },
    "required": [
     "state"
    ],
    "description": "Consent to medical care; decides nothing here."
   },
   "familyInformed": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "state": {
      "type": "string",
      "enum": [
       "yes",
       "no",
       "deferred"
      ]
     },
     "who": {
      "type": "array",
      "maxItems": 10,
      "items": {
       "type": "string",
       "minLength": 1,
       "maxLength": 120,
       "format": "text"
      }
     },
     "reasonNot": {
      "type": "string",
      "minLength": 1,
      "maxLength": 500,
      "format": "text"
     },
     "reviewOn": {
      "type": "string",
      "format": "date"
     }
    },
    "required": [
     "state"
    ],
    "allOf": [
     {
      "if": {
       "properties": {
        "state": {
         "enum": [
          "no",
          "deferred"
         ]
        }
       },
       "required": [
        "state"
       ]
      },
      "then": {
       "required": [
        "reasonNot",
        "reviewOn"
       ]
      }
     }
    ],
    "description": "Openness; it stops nothing, and its absence needs a reason and a day to look again."
   },
   "objections": {
    "type": "array",
    "maxItems": 20,
    "items": {
     "type": "object",
     "additionalProperties": false,
     "properties": {
      "by": {
       "type": "string",
       "minLength": 1,
       "maxLength": 120,
       "format": "text"
      },
      "on": {
       "type": "string",
       "format": "date"
      },
      "grounds": {
       "type": "string",
       "minLength": 1,
       "maxLength": 1000,
       "format": "text"
      },
      "outcome": {
       "type": "string",
       "enum": [
        "pending",
        "upheld",
        "refused"
       ]
      },
      "agencies": {
       "type": "array",
       "items": {
        "$ref": "definitions.json#/$defs/agencyId"
       }
      }
     },
     "required": [
      "by",
      "on",
      "outcome"
     ]
    }
   },
   "excludedRecipients": {
    "type": "array",
    "maxItems": 50,
    "items": {
     "type": "object",
     "additionalProperties": false,
     "properties": {
      "agencyId": {
       "$ref": "definitions.json#/$defs/agencyId"
      },
      "reason": {
       "type": "string",
       "minLength": 1,
       "maxLength": 500,
       "format": "text"
      }
     },
     "required": [
      "agencyId",
      "reason"
     ]
    }
   },
   "agreement": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "id": {
      "type": "string",
      "minLength": 1,
      "maxLength": 60,
      "format": "text"
     },
     "version": {
      "type": "integer",
      "minimum": 1
     }
    },
    "required": [
     "id",
     "version"
    ]
   },
   "practitioner": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "role": {
      "type": "string",
      "minLength": 1,
      "maxLength": 60,
      "format": "text"
     },
     "ref": {
      "type": "string",
      "minLength": 1,
      "maxLength": 120,
      "format": "text"
     }
    },
    "required": [
     "role",
     "ref"
    ],
    "description": "Who decided to share."
   },
   "validFrom": {
    "type": "string",
    "format": "date-time"
   },
   "validUntil": {
    "type": "string",
    "format": "date-time"
   }
  },
  "required": [
   "purpose",
   "gateways",
   "article6",
   "article9",
   "detriment"
  ]
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/envelope.json",
  "title": "A posted event",
  "description": "CloudEvents 1.0, structured mode. Closed: only data.body takes fields its schema does not know, and those are delivered to nobody.",
  "type": "object",
  "additionalProperties": false,
  "required": [
   "specversion",
   "id",
   "source",
   "type",
   "time",
   "dataschema",
   "data"
  ],
  "properties": {
   "specversion": {
    "const": "1.0",
    "type": "string"
   },
   "id": {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "format": "text",
    "description": "The sender's id; with source it is unique for ever."
   },
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:(agency:[a-z][A-Za-z0-9-]{2,39}|hub)$"
   },
   "type": {
    "type": "string",
    "minLength": 1,
    "maxLength": 120,
    "format": "text"
   },
   "time": {
    "type": "string",
    "format": "date-time",
    "description": "When it was recorded."
   },
   "dataschema": {
    "type": "string",
    "format": "uri",
    "maxLength": 300
   },
   "datacontenttype": {
    "const": "application/json",
    "type": "string"
   },
   "correlationid": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text",
    "description": "One incident."
   },
   "causationid": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text"
   },
   "sendersequence": {
    "type": "string",
    "pattern": "^[0-9]{1,19}$",
    "description": "The sender's counter for this child and type."
   },
   "traceparent": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text"
   },
   "tracestate": {
    "type": "string",
    "minLength": 1,
    "maxLength": 512,
    "format": "text"
   },
   "data": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "occurredAt": {
      "type": "string",
      "format": "date-time"
     },
     "urgency": {
      "type": "string",
      "enum": [
       "U0",
       "U1",
       "U2",
       "U3",
       "U4"
      ],
      "description": "U0 minutes, pages a person; U1 before the next school day; U2 one working day; U3 five; U4 fourteen."
     },
     "ackRequiredBy": {
      "type": "string",
      "format": "date-time"
     },
     "sensitivity": {
      "type": "string",
      "enum": [
       "none",
       "protected-location",
       "sealed",
       "victim-safety"
      ],
      "default": "none"
     },
     "child": {
      "$ref": "definitions.json#/$defs/child"
     },
     "sender": {
      "$ref": "definitions.json#/$defs/sender"
     },
     "sharingBasis": {
      "$ref": "sharing-basis.json"
     },
     "body": {
      "type": "object"
     },
     "assertions": {
      "$ref": "definitions.json#/$defs/assertions"
     },
     "childVoice": {
      "$ref": "definitions.json#/$defs/childVoice"
     },
     "requestedRecipients": {
      "type": "array",
      "maxItems": 50,
      "uniqueItems": true,
      "items": {
       "$ref": "definitions.json#/$defs/agencyId"
      },
      "description": "The sender asks, policy decides."
     },
     "supersedes": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     },
     "retentionClass": {
      "type": "string",
      "pattern": "^[a-z][a-z-]{1,39}$"
     }
    },
    "required": [
     "occurredAt",
     "urgency",
     "child",
     "sharingBasis",
     "body"
    ]
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/hub-envelope.json",
  "title": "An event of the hub",
  "description": "The hub itself posts it; child and basis may be absent where there are none.",
  "type": "object",
  "additionalProperties": false,
  "required": [
   "specversion",
   "id",
   "source",
   "type",
   "time",
   "dataschema",
   "data"
  ],
  "properties": {
   "specversion": {
    "const": "1.0",
    "type": "string"
   },
   "id": {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "format": "text",
    "description": "The sender's id; with source it is unique for ever."
   },
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:(agency:[a-z][A-Za-z0-9-]{2,39}|hub)$"
   },
   "type": {
    "type": "string",
    "minLength": 1,
    "maxLength": 120,
    "format": "text"
   },
   "time": {
    "type": "string",
    "format": "date-time",
    "description": "When it was recorded."
   },
   "dataschema": {
    "type": "string",
    "format": "uri",
    "maxLength": 300
   },
   "datacontenttype": {
    "const": "application/json",
    "type": "string"
   },
   "correlationid": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text",
    "description": "One incident."
   },
   "causationid": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text"
   },
   "data": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "occurredAt": {
      "type": "string",
      "format": "date-time"
     },
     "urgency": {
      "type": "string",
      "enum": [
       "U0",
       "U1",
       "U2",
       "U3",
       "U4"
      ],
      "description": "U0 minutes, pages a person; U1 before the next school day; U2 one working day; U3 five; U4 fourteen."
     },
     "ackRequiredBy": {
      "type": "string",
      "format": "date-time"
     },
     "sensitivity": {
      "type": "string",
      "enum": [
       "none",
       "protected-location",
       "sealed",
       "victim-safety"
      ],
      "default": "none"
     },
     "child": {
      "$ref": "definitions.json#/$defs/child"
     },
     "sender": {
      "$ref": "definitions.json#/$defs/sender"
     },
     "sharingBasis": {
      "$ref": "sharing-basis.json"
     },
     "body": {
      "type": "object"
     },
     "assertions": {
      "$ref": "definitions.json#/$defs/assertions"
     },
     "childVoice": {
      "$ref": "definitions.json#/$defs/childVoice"
     },
     "requestedRecipients": {
      "type": "array",
      "maxItems": 50,
      "uniqueItems": true,
      "items": {
       "$ref": "definitions.json#/$defs/agencyId"
      },
      "description": "The sender asks, policy decides."
     },
     "supersedes": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     },
     "retentionClass": {
      "type": "string",
      "pattern": "^[a-z][a-z-]{1,39}$"
     }
    },
    "required": [
     "occurredAt",
     "urgency",
     "body"
    ]
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/delivered-envelope.json",
  "title": "A delivered event",
  "description": "What stands inside a sealed copy: minimised, with its decision and how to handle it.",
  "type": "object",
  "additionalProperties": false,
  "required": [
   "specversion",
   "id",
   "source",
   "type",
   "time",
   "dataschema",
   "data"
  ],
  "properties": {
   "specversion": {
    "const": "1.0",
    "type": "string"
   },
   "id": {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "format": "text",
    "description": "The sender's id; with source it is unique for ever."
   },
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:(agency:[a-z][A-Za-z0-9-]{2,39}|hub)$"
   },
   "type": {
    "type": "string",
    "minLength": 1,
    "maxLength": 120,
    "format": "text"
   },
   "time": {
    "type": "string",
    "format": "date-time",
    "description": "When it was recorded."
   },
   "dataschema": {
    "type": "string",
    "format": "uri",
    "maxLength": 300
   },
   "datacontenttype": {
    "const": "application/json",
    "type": "string"
   },
   "correlationid": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text",
    "description": "One incident."
   },
   "causationid": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text"
   },
   "subject": {
    "type": "string",
    "minLength": 1,
    "maxLength": 100,
    "format": "text",
    "description": "The recipient's pseudonym of the child; never an identifier."
   },
   "data": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
     "eventId": {
      "type": "string",
      "minLength": 1,
      "maxLength": 60,
      "format": "text",
      "description": "The hub's id of the event; corrections and withdrawals name it."
     },
     "occurredAt": {
      "type": "string",
      "format": "date-time"
     },
     "urgency": {
      "type": "string",
      "enum": [
       "U0",
       "U1",
       "U2",
       "U3",
       "U4"
      ],
      "description": "U0 minutes, pages a person; U1 before the next school day; U2 one working day; U3 five; U4 fourteen."
     },
     "ackRequiredBy": {
      "type": "string",
      "format": "date-time"
     },
     "sensitivity": {
      "type": "string",
      "enum": [
       "none",
       "protected-location",
       "sealed",
       "victim-safety"
      ]
     },
     "child": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
       "uci": {
        "type": "string",
        "minLength": 1,
        "maxLength": 40,
        "format": "text"
       },
       "identifiers": {
        "type": "array",
        "items": {
         "$ref": "definitions.json#/$defs/identifier"
        }
       }
      },
      "required": [
       "identifiers"
      ]
     },
     "sender": {
      "$ref": "definitions.json#/$defs/sender"
     },
     "body": {
      "type": "object"
     },
     "assertions": {
      "$ref": "definitions.json#/$defs/assertions"
     },
     "childVoice": {
      "$ref": "definitions.json#/$defs/childVoice"
     },
     "supersedes": {
      "type": "string",
      "minLength": 1,
      "maxLength": 100,
      "format": "text"
     },
     "decision": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
       "outcome": {
        "const": "PERMIT",
        "type": "string"
       },
       "fieldGroups": {
        "type": "array",
        "items": {
         "type": "string",
         "enum": [
          "core",
          "s",
          "r",
          "l",
          "p",
          "n"
         ]
        }
       },
       "ruleId": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "format": "text"
       },
       "purpose": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "format": "text"
       },
       "basisId": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "format": "text"
       },
       "agreementVersion": {
        "type": "integer",
        "minimum": 1
       },
       "policyVersion": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "format": "text"
       },
       "decidedBy": {
        "type": "string",
        "enum": [
         "rule",
         "person"
        ]
       },
       "decidedAt": {
        "type": "string",
        "format": "date-time"
       },
       "validUntil": {
        "type": "string",
        "format": "date-time"
       },
       "late": {
        "const": true,
        "type": "boolean",
        "description": "A person decided after others had theirs: later events of the child may stand before it."
       }
      },
      "required": [
       "outcome",
       "fieldGroups",
       "ruleId",
       "purpose",
       "policyVersion",
       "decidedBy",
       "decidedAt"
      ],
      "description": "Why this copy was let out."
     },
     "handling": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
       "readers": {
        "type": "array",
        "minItems": 1,
        "items": {
         "type": "string",
         "enum": [
          "lead-social-worker",
          "duty-social-worker",
          "reviewing-officer",
          "virtual-school-head",
          "missing-education-officer",
          "designated-safeguarding-lead",
          "attendance-lead",
          "gp",
          "health-visitor",
          "school-nurse",
          "emergency-clinician",
          "safeguarding-nurse",
          "mental-health-clinician",
          "police-safeguarding-officer",
          "missing-person-officer",
          "marac-coordinator",
          "housing-officer",
          "data-steward",
          "data-protection-officer",
          "auditor",
          "guardian-desk",
          "family-desk",
          "agency-administrator",
          "system-client"
         ],
         "x-code-list": "roles"
        }
       },
       "notToBeShownTo": {
        "type": "array",
        "items": {
         "type": "string",
         "enum": [
          "family",
          "pupil-portal"
         ]
        }
       }
      },
      "required": [
       "readers",
       "notToBeShownTo"
      ],
      "description": "Who may read this copy, and who must not see it."
     }
    },
    "required": [
     "eventId",
     "occurredAt",
     "urgency",
     "sensitivity",
     "body",
     "decision",
     "handling"
    ]
   }
  }
 }
]

export const postedSchemas: readonly Json[] = [
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.basis.withdrawn.v1.json",
  "title": "The basis of an earlier event is withdrawn",
  "description": "Stops what has not left; who has a copy gets a numbered withdrawal.",
  "x-waymark": {
   "postedBy": "any",
   "urgency": "U2",
   "gateways": [
    "UKGDPR-16"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "role",
     "role": "data-protection-officer"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.any.basis.withdrawn.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.any\\.basis\\.withdrawn\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "withdrawsEventId",
       "withdrawnOn",
       "reason"
      ],
      "properties": {
       "withdrawsEventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "withdrawnOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.correction.issued.v1.json",
  "title": "An earlier event was wrong",
  "description": "Goes to everyone who received the original, and must be acknowledged.",
  "x-waymark": {
   "postedBy": "any",
   "urgency": "U1",
   "gateways": [
    "UKGDPR-16",
    "UKGDPR-19"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "recipients-of",
     "field": "correctsEventId"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.any.correction.issued.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.any\\.correction\\.issued\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "correctsEventId",
       "kind",
       "reason"
      ],
      "properties": {
       "correctsEventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "amended",
         "retracted",
         "wrong-child"
        ],
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.handover.confirmed.v1.json",
  "title": "The receiver has the child",
  "x-waymark": {
   "postedBy": "any",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "handover-opener",
     "field": "handoverId"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.any.handover.confirmed.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.any\\.handover\\.confirmed\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "handoverId",
       "arrivedOn",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "arrivedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "seenOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.handover.declined.v1.json",
  "title": "The receiver says the child is not with it",
  "x-waymark": {
   "postedBy": "any",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "handover-opener",
     "field": "handoverId"
    },
    {
     "find": "handover-opener-council",
     "field": "handoverId"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.any.handover.declined.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.any\\.handover\\.declined\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "handoverId",
       "reason"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "enum": [
         "not-ours",
         "not-arrived",
         "wrong-child",
         "unable"
        ],
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.objection.recorded.v1.json",
  "title": "Somebody objects",
  "description": "Pending, it leaves to a person what the sender posts of the child from then on; upheld, it stops it: to the agencies it names, or to all. A new outcome is recorded anew, and the earlier one withdrawn.",
  "x-waymark": {
   "postedBy": "any",
   "urgency": "U2",
   "gateways": [
    "UKGDPR-16"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "role",
     "role": "data-protection-officer"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.any.objection.recorded.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.any\\.objection\\.recorded\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "reason",
       "outcome"
      ],
      "properties": {
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       },
       "outcome": {
        "type": "string",
        "enum": [
         "pending",
         "upheld",
         "refused"
        ],
        "x-field-group": "core"
       },
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "agencies": {
        "type": "array",
        "minItems": 1,
        "maxItems": 50,
        "uniqueItems": true,
        "items": {
         "$ref": "definitions.json#/$defs/agencyId"
        },
        "x-field-group": "stays"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.sharing.declined.v1.json",
  "title": "The sender does not share",
  "description": "Stops what the sender posts of the child from then on, and what has not left: to the agencies it names, or to all; of one event of its own, or of all. The detriment test stands in the basis.",
  "x-waymark": {
   "postedBy": "any",
   "urgency": "U2",
   "gateways": [
    "UKGDPR-16"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "role",
     "role": "data-protection-officer"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.any.sharing.declined.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.any\\.sharing\\.declined\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "reason"
      ],
      "properties": {
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       },
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "agencies": {
        "type": "array",
        "minItems": 1,
        "maxItems": 50,
        "uniqueItems": true,
        "items": {
         "$ref": "definitions.json#/$defs/agencyId"
        },
        "x-field-group": "stays"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.case-transfer.requested.v1.json",
  "title": "A council asks another to take a case over",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U4",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "organisation",
     "field": "toCouncil",
     "capacity": "receiving-council"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.case-transfer.requested.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.case-transfer\\.requested\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "toCouncil",
       "planKind",
       "movedOn",
       "contact"
      ],
      "properties": {
       "toCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "core"
       },
       "planKind": {
        "type": "string",
        "enum": [
         "need-plan",
         "protection-plan",
         "looked-after",
         "early-help"
        ],
        "x-field-group": "s"
       },
       "movedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "bundleRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.enquiry.started.v1.json",
  "title": "A section 47 enquiry started",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U1",
   "gateways": [
    "CA1989-47"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    },
    {
     "find": "involved",
     "kind": "unscheduled-care"
    },
    {
     "find": "area",
     "kind": "police"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.enquiry.started.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.enquiry\\.started\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "startedOn",
       "contact"
      ],
      "properties": {
       "startedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "strategyHeldAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "s"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.looked-after.ended.v1.json",
  "title": "A child ceased to be looked after",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "unscheduled-care"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "integrated-care-board"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker",
     "reviewing-officer",
     "virtual-school-head"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.looked-after.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.looked-after\\.ended\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "endedOn",
       "ceasedReasonCode"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "ceasedReasonCode": {
        "type": "string",
        "enum": [
         "X1",
         "E11",
         "E12",
         "E2",
         "E3",
         "E4A",
         "E4B",
         "E13",
         "E41",
         "E45",
         "E46",
         "E47",
         "E48",
         "E5",
         "E6",
         "E7",
         "E9",
         "E14",
         "E15",
         "E16",
         "E17",
         "E8"
        ],
        "x-code-list": "ceased-reason",
        "x-field-group": "stays"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.looked-after.started.v1.json",
  "title": "A child became looked after",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "unscheduled-care"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "integrated-care-board"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker",
     "reviewing-officer",
     "virtual-school-head"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.looked-after.started.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.looked-after\\.started\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "startedOn",
       "careKind",
       "legalStatusCode",
       "contact"
      ],
      "properties": {
       "startedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "careKind": {
        "type": "string",
        "enum": [
         "foster",
         "residential",
         "kin",
         "other"
        ],
        "description": "Where the child is cared for, without what would tell an adoption.",
        "x-field-group": "core"
       },
       "legalStatusCode": {
        "type": "string",
        "enum": [
         "C1",
         "C2",
         "D1",
         "E1",
         "V2",
         "V3",
         "V4",
         "L1",
         "L2",
         "L3",
         "J1",
         "J2",
         "J3"
        ],
        "x-code-list": "legal-status",
        "x-field-group": "stays"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.placement.moved.v1.json",
  "title": "A looked-after child moves placement",
  "description": "Care Planning Regulations 2010 reg. 13: before the move, or within 5 working days of an emergency.",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U3",
   "gateways": [
    "CPPCR2010-13"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "organisation",
     "field": "areaCouncil",
     "capacity": "area-council"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "integrated-care-board"
    },
    {
     "find": "near-organisation",
     "field": "areaCouncil",
     "kind": "nhs",
     "service": "integrated-care-board"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker",
     "reviewing-officer"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required",
   "limits": {
    "school": {
     "l": [
      "address"
     ]
    },
    "nhs": {
     "l": [
      "address"
     ]
    }
   }
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.placement.moved.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.placement\\.moved\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "movedOn",
       "placementTypeCode",
       "outOfArea",
       "emergency"
      ],
      "properties": {
       "movedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "careKind": {
        "type": "string",
        "enum": [
         "foster",
         "residential",
         "kin",
         "other"
        ],
        "description": "Where the child is cared for, without what would tell an adoption.",
        "x-field-group": "core"
       },
       "placementTypeCode": {
        "type": "string",
        "enum": [
         "A3",
         "A4",
         "A5",
         "A6",
         "H5",
         "K1",
         "K2",
         "P1",
         "P2",
         "P3",
         "R1",
         "R2",
         "R3",
         "R5",
         "S1",
         "T0",
         "T1",
         "T2",
         "T3",
         "T4",
         "U1",
         "U2",
         "U3",
         "U4",
         "U5",
         "U6",
         "Z1"
        ],
        "x-code-list": "placement-type",
        "x-told-as": "careKind",
        "x-field-group": "stays"
       },
       "providerCode": {
        "type": "string",
        "enum": [
         "PR0",
         "PR1",
         "PR2",
         "PR3",
         "PR4",
         "PR5"
        ],
        "x-code-list": "placement-provider",
        "x-field-group": "s"
       },
       "changeReasonCode": {
        "type": "string",
        "enum": [
         "CARPL",
         "CLOSE",
         "ALLEG",
         "STAND",
         "APPRR",
         "CREQB",
         "CREQO",
         "CHILD",
         "LAREQ",
         "PLACE",
         "CUSTOD",
         "OTHER"
        ],
        "x-code-list": "placement-change",
        "x-field-group": "r"
       },
       "outOfArea": {
        "type": "boolean",
        "x-field-group": "s"
       },
       "areaCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l",
        "x-area": true
       },
       "providerUrn": {
        "type": "string",
        "pattern": "^(SC[0-9]{6}|[0-9]{7}|XXXXXXX)$",
        "description": "Ofsted URN of the provider.",
        "x-field-group": "l"
       },
       "address": {
        "$ref": "definitions.json#/$defs/address",
        "x-field-group": "l"
       },
       "emergency": {
        "type": "boolean",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.protection-plan.ended.v1.json",
  "title": "A child protection plan ended",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "unscheduled-care"
    },
    {
     "find": "area",
     "kind": "police"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.protection-plan.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.protection-plan\\.ended\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "endedOn"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.protection-plan.started.v1.json",
  "title": "A child protection plan started",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    },
    {
     "find": "area",
     "kind": "nhs",
     "service": "unscheduled-care"
    },
    {
     "find": "area",
     "kind": "police"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.protection-plan.started.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.protection-plan\\.started\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "startedOn",
       "categoryCode",
       "contact"
      ],
      "properties": {
       "startedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "categoryCode": {
        "type": "string",
        "enum": [
         "NEG",
         "PHY",
         "SAB",
         "EMO",
         "MUL"
        ],
        "x-code-list": "abuse-category",
        "x-field-group": "r"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.referral.decided.v1.json",
  "title": "What became of a referral",
  "x-waymark": {
   "postedBy": "council",
   "urgency": "U2",
   "gateways": [
    "CA1989-17",
    "CA1989-47"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "referrer",
     "field": "referralRef"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.council.referral.decided.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.council\\.referral\\.decided\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "referralRef",
       "outcome",
       "decidedOn",
       "contact"
      ],
      "properties": {
       "referralRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "format": "text",
        "x-field-group": "core"
       },
       "outcome": {
        "type": "string",
        "enum": [
         "no-further-action",
         "early-help",
         "assessment",
         "strategy"
        ],
        "x-field-group": "core"
       },
       "decidedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.housing.temporary-accommodation.ended.v1.json",
  "title": "Temporary accommodation ended",
  "x-waymark": {
   "postedBy": "housing",
   "urgency": "U4",
   "gateways": [
    "HA1996-213AA"
   ],
   "agreementBased": true,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    },
    {
     "find": "organisation",
     "field": "toCouncil",
     "capacity": "receiving-council"
    },
    {
     "find": "involved",
     "kind": "receiving"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.housing.temporary-accommodation.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.housing\\.temporary-accommodation\\.ended\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "endedOn",
       "next"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "next": {
        "type": "string",
        "enum": [
         "settled",
         "temporary",
         "unknown"
        ],
        "x-field-group": "core"
       },
       "toCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l",
        "x-area": true
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.housing.temporary-accommodation.placed.v1.json",
  "title": "A family was placed in temporary accommodation",
  "description": "Housing Act 1996 s.213AA: only if the parent, or an applicant of 16 or 17, agrees.",
  "x-waymark": {
   "postedBy": "housing",
   "urgency": "U4",
   "gateways": [
    "HA1996-213AA"
   ],
   "agreementBased": true,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    },
    {
     "find": "organisation",
     "field": "toCouncil",
     "capacity": "receiving-council"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.housing.temporary-accommodation.placed.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.housing\\.temporary-accommodation\\.placed\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "placedOn",
       "kind",
       "toCouncil",
       "postcodeDistrict",
       "outOfArea",
       "bedAndBreakfastOverSixWeeks"
      ],
      "properties": {
       "placedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "kind": {
        "type": "string",
        "enum": [
         "bed-and-breakfast",
         "hotel",
         "hostel",
         "refuge",
         "nightly-paid",
         "private-leased",
         "council-housing",
         "housing-association",
         "other"
        ],
        "x-field-group": "core"
       },
       "toCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l",
        "x-area": true
       },
       "postcodeDistrict": {
        "type": "string",
        "pattern": "^[A-Z]{1,2}[0-9][0-9A-Z]?$",
        "x-field-group": "l"
       },
       "outOfArea": {
        "type": "boolean",
        "x-field-group": "core"
       },
       "bedAndBreakfastOverSixWeeks": {
        "type": "boolean",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.delivery.unacknowledged.v1.json",
  "title": "A recipient has not acknowledged in time",
  "description": "Ring this number. As urgent as the event itself; of a protected child, to the guardian desk only.",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "sender-of",
     "field": "eventId"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.delivery.unacknowledged.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.delivery\\.unacknowledged\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "eventId",
       "recipient",
       "phone",
       "dueAt"
      ],
      "properties": {
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "recipient": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "phone": {
        "$ref": "definitions.json#/$defs/phone",
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.event.held.v1.json",
  "title": "An event of yours waits",
  "description": "To the sender, and to the duty desk where nobody decided in time; never for reasons of identity. SHARING_REVIEW: what its sender says of it leaves to a person, in this role if one is named, who may have it. SEQUENCE_GAP: the numbers from expectedSequence to expectedThrough never came; the event has gone on without them.",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "sender-of",
     "field": "eventId"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.event.held.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.event\\.held\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "eventId",
       "code",
       "since"
      ],
      "properties": {
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "code": {
        "type": "string",
        "enum": [
         "SEQUENCE_GAP",
         "OCCURRED_AHEAD",
         "CONTRACT_BROKEN",
         "SHARING_REVIEW",
         "SHARING_UNDECIDED"
        ],
        "x-field-group": "core"
       },
       "since": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "role": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "format": "text",
        "x-field-group": "core"
       },
       "decideBy": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "expectedSequence": {
        "description": "The first sendersequence that never came.",
        "type": "string",
        "pattern": "^[0-9]{1,19}$",
        "x-field-group": "core"
       },
       "expectedThrough": {
        "description": "The last that never came before the event, which has gone on.",
        "type": "string",
        "pattern": "^[0-9]{1,19}$",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.handover.closed.v1.json",
  "title": "A handover is closed",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.handover.closed.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.handover\\.closed\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "handoverId",
       "kind",
       "dueAt",
       "level",
       "fromAgency",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "school",
         "protection-file",
         "area",
         "placement",
         "gp",
         "temporary-accommodation",
         "home-education",
         "return-interview"
        ],
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "level": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "x-field-group": "core"
       },
       "fromAgency": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "description": "confirmed: the receiver has the child. retracted: the child never left, the departure was taken back.",
        "enum": [
         "confirmed",
         "retracted"
        ],
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.handover.opened.v1.json",
  "title": "A handover opened",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.handover.opened.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.handover\\.opened\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "handoverId",
       "kind",
       "dueAt",
       "level",
       "fromAgency",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "school",
         "protection-file",
         "area",
         "placement",
         "gp",
         "temporary-accommodation",
         "home-education",
         "return-interview"
        ],
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "level": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "x-field-group": "core"
       },
       "fromAgency": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.handover.overdue.v1.json",
  "title": "A handover is overdue",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.handover.overdue.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.handover\\.overdue\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "handoverId",
       "kind",
       "dueAt",
       "level",
       "fromAgency",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "school",
         "protection-file",
         "area",
         "placement",
         "gp",
         "temporary-accommodation",
         "home-education",
         "return-interview"
        ],
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "level": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "x-field-group": "core"
       },
       "fromAgency": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.merged.v1.json",
  "title": "Two children were one",
  "description": "Records under the old identifier are to have the new one; confirm at `/v1/rekeys`.",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LC"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.identity.merged.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.identity\\.merged\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.mislinked.v1.json",
  "title": "A record was linked to the wrong child",
  "description": "To all who received something about the child the record was wrongly linked to.",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U1",
   "gateways": [
    "UKGDPR-16",
    "UKGDPR-19"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.identity.mislinked.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.identity\\.mislinked\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.split.v1.json",
  "title": "One child was two",
  "description": "Which of the two a record is of, `POST /v1/resolve` tells by the record's own id; confirm at `/v1/rekeys`.",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LC"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.identity.split.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.identity\\.split\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.superseded.v1.json",
  "title": "An identifier was replaced",
  "description": "The old one was given for the time being; confirm at `/v1/rekeys`.",
  "x-waymark": {
   "postedBy": "hub",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LC"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "addressed"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "hub-envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:hub$"
   },
   "type": {
    "const": "uk.waymark.hub.identity.superseded.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.hub\\.identity\\.superseded\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.birth.notified.v1.json",
  "title": "A birth was notified",
  "x-waymark": {
   "postedBy": "nhs",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "near-sender",
     "kind": "nhs",
     "service": "health-visiting"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "health-visitor",
     "school-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.nhs.birth.notified.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.nhs\\.birth\\.notified\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "bornOn",
       "birthOrder",
       "placeOrg",
       "motherRef"
      ],
      "properties": {
       "bornOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "birthOrder": {
        "$ref": "definitions.json#/$defs/birthOrder",
        "x-field-group": "core"
       },
       "placeOrg": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "motherRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "p"
       },
       "unbornRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.emergency-attendance.recorded.v1.json",
  "title": "A child came to unscheduled care",
  "description": "No clinical text. U1 if there is a safeguarding concern.",
  "x-waymark": {
   "postedBy": "nhs",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "involved",
     "kind": "gp"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.nhs.emergency-attendance.recorded.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.nhs\\.emergency-attendance\\.recorded\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "attendedAt",
       "setting",
       "leftBeforeSeen",
       "safeguardingConcern"
      ],
      "properties": {
       "attendedAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "setting": {
        "type": "string",
        "enum": [
         "emergency-department",
         "urgent-treatment-centre",
         "minor-injuries-unit",
         "walk-in-centre",
         "ambulance",
         "other"
        ],
        "x-field-group": "core"
       },
       "leftBeforeSeen": {
        "type": "boolean",
        "x-field-group": "s"
       },
       "safeguardingConcern": {
        "type": "boolean",
        "x-field-group": "s"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.gp-registration.changed.v1.json",
  "title": "A child registered with a practice",
  "x-waymark": {
   "postedBy": "nhs",
   "urgency": "U3",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "health-visitor",
     "school-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.nhs.gp-registration.changed.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.nhs\\.gp-registration\\.changed\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "practice",
       "registeredOn"
      ],
      "properties": {
       "practice": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "registeredOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.gp-registration.ended.v1.json",
  "title": "A registration with a practice ended",
  "x-waymark": {
   "postedBy": "nhs",
   "urgency": "U3",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "involved",
     "kind": "health-visiting"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "health-visitor",
     "school-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.nhs.gp-registration.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.nhs\\.gp-registration\\.ended\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "endedOn",
       "removalCode"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "removalCode": {
        "type": "string",
        "enum": [
         "DEA",
         "EMB",
         "SCT",
         "NIT",
         "TRA",
         "ORR"
        ],
        "x-code-list": "gp-removal",
        "x-field-group": "s"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.police.domestic-abuse.notified.v1.json",
  "title": "Operation Encompass: domestic abuse where a child lives",
  "description": "Notified even if the child was not present; weekends and holidays too. The council where no school is known.",
  "x-waymark": {
   "postedBy": "police",
   "urgency": "U1",
   "gateways": [
    "VPA2024-OPENC"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "registered"
    },
    {
     "find": "near-sender",
     "kind": "council",
     "unless": "registered"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.police.domestic-abuse.notified.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.police\\.domestic-abuse\\.notified\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "policeRef",
       "incidentAt",
       "childPresent"
      ],
      "properties": {
       "policeRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "format": "text",
        "x-field-group": "core"
       },
       "incidentAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "place": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "l"
       },
       "childPresent": {
        "type": "boolean",
        "x-field-group": "s"
       },
       "circumstances": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "format": "text",
        "x-field-group": "n"
       },
       "actionTaken": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "format": "text",
        "x-field-group": "n"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.police.missing-episode.ended.v1.json",
  "title": "A missing child was found",
  "x-waymark": {
   "postedBy": "police",
   "urgency": "U1",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "near-sender",
     "kind": "council"
    },
    {
     "find": "involved",
     "kind": "registered"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "missing-person-officer",
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.police.missing-episode.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.police\\.missing-episode\\.ended\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "endedAt",
       "returnInterviewDueAt"
      ],
      "properties": {
       "endedAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "returnInterviewDueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.police.missing-episode.reported.v1.json",
  "title": "A child is missing",
  "x-waymark": {
   "postedBy": "police",
   "urgency": "U0",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "involved",
     "kind": "responsible"
    },
    {
     "find": "near-sender",
     "kind": "council"
    },
    {
     "find": "involved",
     "kind": "registered"
    }
   ],
   "readers": {
    "council": [
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "missing-person-officer",
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.police.missing-episode.reported.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.police\\.missing-episode\\.reported\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "missingCode",
       "sinceAt",
       "riskLevel",
       "contact"
      ],
      "properties": {
       "missingCode": {
        "type": "string",
        "enum": [
         "M",
         "A"
        ],
        "x-code-list": "missing-kind",
        "x-field-group": "s"
       },
       "sinceAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "riskLevel": {
        "type": "string",
        "enum": [
         "no-apparent-risk",
         "low",
         "medium",
         "high"
        ],
        "x-field-group": "s"
       },
       "lastSeenArea": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "l",
        "x-area": true
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.school.attendance.concern-raised.v1.json",
  "title": "A school worries about attendance",
  "x-waymark": {
   "postedBy": "school",
   "urgency": "U2",
   "gateways": [
    "CA2004-16LA"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "near-sender",
     "kind": "council"
    },
    {
     "find": "involved",
     "kind": "responsible"
    }
   ],
   "readers": {
    "council": [
     "missing-education-officer",
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.school.attendance.concern-raised.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.school\\.attendance\\.concern-raised\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "sinceOn",
       "sessionsMissed",
       "sessionsPossible",
       "pattern"
      ],
      "properties": {
       "sinceOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "sessionsMissed": {
        "type": "integer",
        "minimum": 0,
        "maximum": 1000,
        "x-field-group": "core"
       },
       "sessionsPossible": {
        "type": "integer",
        "minimum": 0,
        "maximum": 1000,
        "x-field-group": "core"
       },
       "pattern": {
        "type": "string",
        "enum": [
         "regular",
         "sporadic",
         "declining",
         "long-absence",
         "particular-days",
         "none"
        ],
        "x-field-group": "s"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.school.pupil.admitted.v1.json",
  "title": "A pupil was admitted",
  "x-waymark": {
   "postedBy": "school",
   "urgency": "U2",
   "gateways": [
    "PUPIL-REG"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "near-sender",
     "kind": "council",
     "capacity": "home-council"
    },
    {
     "find": "previous",
     "kind": "registered"
    }
   ],
   "readers": {
    "council": [
     "missing-education-officer",
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.school.pupil.admitted.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.school\\.pupil\\.admitted\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "school",
       "onRollOn",
       "enrolment"
      ],
      "properties": {
       "school": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "onRollOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "enrolment": {
        "type": "string",
        "enum": [
         "main",
         "subsidiary"
        ],
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.school.pupil.left.v1.json",
  "title": "A pupil left a school",
  "description": "Claiming a destination closes nothing: only the receiver's confirmation does.",
  "x-waymark": {
   "postedBy": "school",
   "urgency": "U2",
   "gateways": [
    "PUPIL-REG",
    "EA1996-436A"
   ],
   "agreementBased": false,
   "recipients": [
    {
     "find": "near-sender",
     "kind": "council",
     "capacity": "home-council"
    },
    {
     "find": "organisation",
     "field": "destinationSchool"
    }
   ],
   "readers": {
    "council": [
     "missing-education-officer",
     "lead-social-worker",
     "duty-social-worker"
    ],
    "school": [
     "designated-safeguarding-lead",
     "attendance-lead"
    ],
    "nhs": [
     "gp",
     "health-visitor",
     "school-nurse",
     "emergency-clinician",
     "safeguarding-nurse"
    ],
    "police": [
     "police-safeguarding-officer"
    ],
    "housing": [
     "housing-officer"
    ],
    "hub": [
     "data-protection-officer",
     "guardian-desk"
    ]
   },
   "acknowledgement": "required"
  },
  "type": "object",
  "allOf": [
   {
    "$ref": "envelope.json"
   }
  ],
  "properties": {
   "source": {
    "type": "string",
    "pattern": "^urn:waymark:agency:"
   },
   "type": {
    "const": "uk.waymark.school.pupil.left.v1",
    "type": "string"
   },
   "dataschema": {
    "type": "string",
    "pattern": "/uk\\.waymark\\.school\\.pupil\\.left\\.v1\\.json$"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "required": [
       "school",
       "offRollOn",
       "lastAttendedOn",
       "ground",
       "destination"
      ],
      "properties": {
       "school": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "offRollOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "lastAttendedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "ground": {
        "type": "string",
        "enum": [
         "registered-elsewhere",
         "moved-away",
         "home-education",
         "not-returned-after-leave",
         "cannot-be-located",
         "ill-health",
         "custody",
         "permanently-excluded",
         "boarder-fees-unpaid",
         "nursery-ended",
         "ceased-compulsory-school-age",
         "died",
         "other"
        ],
        "x-field-group": "s"
       },
       "destination": {
        "type": "string",
        "enum": [
         "school",
         "home-education",
         "abroad",
         "unknown"
        ],
        "x-field-group": "s"
       },
       "destinationSchool": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "expectedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "parentContact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "p"
       },
       "newAddress": {
        "$ref": "definitions.json#/$defs/address",
        "x-field-group": "l"
       }
      }
     }
    }
   }
  }
 }
]

export const deliveredSchemas: readonly Json[] = [
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.basis.withdrawn.v1.delivered.json",
  "title": "The basis of an earlier event is withdrawn, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.any.basis.withdrawn.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.any.basis.withdrawn.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "withdrawsEventId",
       "withdrawnOn",
       "reason"
      ],
      "properties": {
       "withdrawsEventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "withdrawnOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.correction.issued.v1.delivered.json",
  "title": "An earlier event was wrong, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.any.correction.issued.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.any.correction.issued.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "correctsEventId",
       "kind",
       "reason"
      ],
      "properties": {
       "correctsEventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "amended",
         "retracted",
         "wrong-child"
        ],
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.handover.confirmed.v1.delivered.json",
  "title": "The receiver has the child, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.any.handover.confirmed.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.any.handover.confirmed.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "handoverId",
       "arrivedOn",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "arrivedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "seenOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.handover.declined.v1.delivered.json",
  "title": "The receiver says the child is not with it, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.any.handover.declined.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.any.handover.declined.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "handoverId",
       "reason"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "enum": [
         "not-ours",
         "not-arrived",
         "wrong-child",
         "unable"
        ],
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.objection.recorded.v1.delivered.json",
  "title": "Somebody objects, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.any.objection.recorded.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.any.objection.recorded.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "reason",
       "outcome"
      ],
      "properties": {
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       },
       "outcome": {
        "type": "string",
        "enum": [
         "pending",
         "upheld",
         "refused"
        ],
        "x-field-group": "core"
       },
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.any.sharing.declined.v1.delivered.json",
  "title": "The sender does not share, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.any.sharing.declined.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.any.sharing.declined.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "reason"
      ],
      "properties": {
       "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "format": "text",
        "x-field-group": "core"
       },
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.case-transfer.requested.v1.delivered.json",
  "title": "A council asks another to take a case over, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.case-transfer.requested.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.case-transfer.requested.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "toCouncil",
       "movedOn",
       "contact"
      ],
      "properties": {
       "toCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "core"
       },
       "planKind": {
        "type": "string",
        "enum": [
         "need-plan",
         "protection-plan",
         "looked-after",
         "early-help"
        ],
        "x-field-group": "s"
       },
       "movedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "bundleRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.enquiry.started.v1.delivered.json",
  "title": "A section 47 enquiry started, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.enquiry.started.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.enquiry.started.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "startedOn",
       "contact"
      ],
      "properties": {
       "startedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "strategyHeldAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "s"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.looked-after.ended.v1.delivered.json",
  "title": "A child ceased to be looked after, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.looked-after.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.looked-after.ended.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "endedOn"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.looked-after.started.v1.delivered.json",
  "title": "A child became looked after, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.looked-after.started.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.looked-after.started.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "startedOn",
       "careKind",
       "contact"
      ],
      "properties": {
       "startedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "careKind": {
        "type": "string",
        "enum": [
         "foster",
         "residential",
         "kin",
         "other"
        ],
        "description": "Where the child is cared for, without what would tell an adoption.",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.placement.moved.v1.delivered.json",
  "title": "A looked-after child moves placement, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.placement.moved.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.placement.moved.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "movedOn",
       "careKind",
       "emergency"
      ],
      "properties": {
       "movedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "careKind": {
        "type": "string",
        "enum": [
         "foster",
         "residential",
         "kin",
         "other"
        ],
        "description": "Where the child is cared for, without what would tell an adoption.",
        "x-field-group": "core"
       },
       "providerCode": {
        "type": "string",
        "enum": [
         "PR0",
         "PR1",
         "PR2",
         "PR3",
         "PR4",
         "PR5"
        ],
        "x-code-list": "placement-provider",
        "x-field-group": "s"
       },
       "changeReasonCode": {
        "type": "string",
        "enum": [
         "CARPL",
         "CLOSE",
         "ALLEG",
         "STAND",
         "APPRR",
         "CREQB",
         "CREQO",
         "CHILD",
         "LAREQ",
         "PLACE",
         "CUSTOD",
         "OTHER"
        ],
        "x-code-list": "placement-change",
        "x-field-group": "r"
       },
       "outOfArea": {
        "type": "boolean",
        "x-field-group": "s"
       },
       "areaCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l",
        "x-area": true
       },
       "providerUrn": {
        "type": "string",
        "pattern": "^(SC[0-9]{6}|[0-9]{7}|XXXXXXX)$",
        "description": "Ofsted URN of the provider.",
        "x-field-group": "l"
       },
       "address": {
        "$ref": "definitions.json#/$defs/address",
        "x-field-group": "l"
       },
       "emergency": {
        "type": "boolean",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.protection-plan.ended.v1.delivered.json",
  "title": "A child protection plan ended, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.protection-plan.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.protection-plan.ended.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "endedOn"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.protection-plan.started.v1.delivered.json",
  "title": "A child protection plan started, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.protection-plan.started.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.protection-plan.started.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "startedOn",
       "contact"
      ],
      "properties": {
       "startedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "categoryCode": {
        "type": "string",
        "enum": [
         "NEG",
         "PHY",
         "SAB",
         "EMO",
         "MUL"
        ],
        "x-code-list": "abuse-category",
        "x-field-group": "r"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.council.referral.decided.v1.delivered.json",
  "title": "What became of a referral, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.council.referral.decided.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.council.referral.decided.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "referralRef",
       "outcome",
       "decidedOn",
       "contact"
      ],
      "properties": {
       "referralRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "format": "text",
        "x-field-group": "core"
       },
       "outcome": {
        "type": "string",
        "enum": [
         "no-further-action",
         "early-help",
         "assessment",
         "strategy"
        ],
        "x-field-group": "core"
       },
       "decidedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.housing.temporary-accommodation.ended.v1.delivered.json",
  "title": "Temporary accommodation ended, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.housing.temporary-accommodation.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.housing.temporary-accommodation.ended.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "endedOn",
       "next"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "next": {
        "type": "string",
        "enum": [
         "settled",
         "temporary",
         "unknown"
        ],
        "x-field-group": "core"
       },
       "toCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l",
        "x-area": true
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.housing.temporary-accommodation.placed.v1.delivered.json",
  "title": "A family was placed in temporary accommodation, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.housing.temporary-accommodation.placed.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.housing.temporary-accommodation.placed.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "placedOn",
       "kind",
       "outOfArea",
       "bedAndBreakfastOverSixWeeks"
      ],
      "properties": {
       "placedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "kind": {
        "type": "string",
        "enum": [
         "bed-and-breakfast",
         "hotel",
         "hostel",
         "refuge",
         "nightly-paid",
         "private-leased",
         "council-housing",
         "housing-association",
         "other"
        ],
        "x-field-group": "core"
       },
       "toCouncil": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l",
        "x-area": true
       },
       "postcodeDistrict": {
        "type": "string",
        "pattern": "^[A-Z]{1,2}[0-9][0-9A-Z]?$",
        "x-field-group": "l"
       },
       "outOfArea": {
        "type": "boolean",
        "x-field-group": "core"
       },
       "bedAndBreakfastOverSixWeeks": {
        "type": "boolean",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.delivery.unacknowledged.v1.delivered.json",
  "title": "A recipient has not acknowledged in time, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.delivery.unacknowledged.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.delivery.unacknowledged.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "eventId",
       "recipient",
       "phone",
       "dueAt"
      ],
      "properties": {
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "recipient": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "phone": {
        "$ref": "definitions.json#/$defs/phone",
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.event.held.v1.delivered.json",
  "title": "An event of yours waits, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.event.held.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.event.held.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "eventId",
       "code",
       "since"
      ],
      "properties": {
       "eventId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "code": {
        "type": "string",
        "enum": [
         "SEQUENCE_GAP",
         "OCCURRED_AHEAD",
         "CONTRACT_BROKEN",
         "SHARING_REVIEW",
         "SHARING_UNDECIDED"
        ],
        "x-field-group": "core"
       },
       "since": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "role": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "format": "text",
        "x-field-group": "core"
       },
       "decideBy": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "expectedSequence": {
        "description": "The first sendersequence that never came.",
        "type": "string",
        "pattern": "^[0-9]{1,19}$",
        "x-field-group": "core"
       },
       "expectedThrough": {
        "description": "The last that never came before the event, which has gone on.",
        "type": "string",
        "pattern": "^[0-9]{1,19}$",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.handover.closed.v1.delivered.json",
  "title": "A handover is closed, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.handover.closed.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.handover.closed.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "handoverId",
       "kind",
       "dueAt",
       "level",
       "fromAgency",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "school",
         "protection-file",
         "area",
         "placement",
         "gp",
         "temporary-accommodation",
         "home-education",
         "return-interview"
        ],
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "level": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "x-field-group": "core"
       },
       "fromAgency": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       },
       "reason": {
        "type": "string",
        "description": "confirmed: the receiver has the child. retracted: the child never left, the departure was taken back.",
        "enum": [
         "confirmed",
         "retracted"
        ],
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.handover.opened.v1.delivered.json",
  "title": "A handover opened, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.handover.opened.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.handover.opened.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "handoverId",
       "kind",
       "dueAt",
       "level",
       "fromAgency",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "school",
         "protection-file",
         "area",
         "placement",
         "gp",
         "temporary-accommodation",
         "home-education",
         "return-interview"
        ],
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "level": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "x-field-group": "core"
       },
       "fromAgency": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.handover.overdue.v1.delivered.json",
  "title": "A handover is overdue, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.handover.overdue.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.handover.overdue.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "handoverId",
       "kind",
       "dueAt",
       "level",
       "fromAgency",
       "contact"
      ],
      "properties": {
       "handoverId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "kind": {
        "type": "string",
        "enum": [
         "school",
         "protection-file",
         "area",
         "placement",
         "gp",
         "temporary-accommodation",
         "home-education",
         "return-interview"
        ],
        "x-field-group": "core"
       },
       "dueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       },
       "level": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "x-field-group": "core"
       },
       "fromAgency": {
        "$ref": "definitions.json#/$defs/agencyId",
        "x-field-group": "core"
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.merged.v1.delivered.json",
  "title": "Two children were one, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.identity.merged.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.identity.merged.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.mislinked.v1.delivered.json",
  "title": "A record was linked to the wrong child, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.identity.mislinked.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.identity.mislinked.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.split.v1.delivered.json",
  "title": "One child was two, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.identity.split.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.identity.split.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.hub.identity.superseded.v1.delivered.json",
  "title": "An identifier was replaced, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.hub.identity.superseded.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.hub.identity.superseded.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "changeId",
       "oldUci",
       "newUci"
      ],
      "properties": {
       "changeId": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core"
       },
       "oldUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "What your records may have."
       },
       "newUci": {
        "type": "string",
        "pattern": "^[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{4}-[0-9BCDFGHJKMNPQRTVWXYZ]{2}$",
        "x-field-group": "core",
        "description": "The child whose records moved is known by this."
       },
       "undoes": {
        "type": "string",
        "format": "uuid",
        "x-field-group": "core",
        "description": "The earlier change that this one takes back."
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.birth.notified.v1.delivered.json",
  "title": "A birth was notified, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.nhs.birth.notified.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.nhs.birth.notified.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "bornOn",
       "birthOrder"
      ],
      "properties": {
       "bornOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "birthOrder": {
        "$ref": "definitions.json#/$defs/birthOrder",
        "x-field-group": "core"
       },
       "placeOrg": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "motherRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "p"
       },
       "unbornRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.emergency-attendance.recorded.v1.delivered.json",
  "title": "A child came to unscheduled care, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.nhs.emergency-attendance.recorded.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.nhs.emergency-attendance.recorded.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "attendedAt",
       "setting"
      ],
      "properties": {
       "attendedAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "setting": {
        "type": "string",
        "enum": [
         "emergency-department",
         "urgent-treatment-centre",
         "minor-injuries-unit",
         "walk-in-centre",
         "ambulance",
         "other"
        ],
        "x-field-group": "core"
       },
       "leftBeforeSeen": {
        "type": "boolean",
        "x-field-group": "s"
       },
       "safeguardingConcern": {
        "type": "boolean",
        "x-field-group": "s"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.gp-registration.changed.v1.delivered.json",
  "title": "A child registered with a practice, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.nhs.gp-registration.changed.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.nhs.gp-registration.changed.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "registeredOn"
      ],
      "properties": {
       "practice": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "registeredOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.nhs.gp-registration.ended.v1.delivered.json",
  "title": "A registration with a practice ended, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.nhs.gp-registration.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.nhs.gp-registration.ended.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "endedOn"
      ],
      "properties": {
       "endedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "removalCode": {
        "type": "string",
        "enum": [
         "DEA",
         "EMB",
         "SCT",
         "NIT",
         "TRA",
         "ORR"
        ],
        "x-code-list": "gp-removal",
        "x-field-group": "s"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.police.domestic-abuse.notified.v1.delivered.json",
  "title": "Operation Encompass: domestic abuse where a child lives, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.police.domestic-abuse.notified.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.police.domestic-abuse.notified.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "policeRef",
       "incidentAt"
      ],
      "properties": {
       "policeRef": {
        "type": "string",
        "minLength": 1,
        "maxLength": 60,
        "format": "text",
        "x-field-group": "core"
       },
       "incidentAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "place": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "l"
       },
       "childPresent": {
        "type": "boolean",
        "x-field-group": "s"
       },
       "circumstances": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "format": "text",
        "x-field-group": "n"
       },
       "actionTaken": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "format": "text",
        "x-field-group": "n"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.police.missing-episode.ended.v1.delivered.json",
  "title": "A missing child was found, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.police.missing-episode.ended.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.police.missing-episode.ended.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "endedAt",
       "returnInterviewDueAt"
      ],
      "properties": {
       "endedAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "returnInterviewDueAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core",
        "x-announces": true
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.police.missing-episode.reported.v1.delivered.json",
  "title": "A child is missing, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.police.missing-episode.reported.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.police.missing-episode.reported.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "sinceAt",
       "contact"
      ],
      "properties": {
       "missingCode": {
        "type": "string",
        "enum": [
         "M",
         "A"
        ],
        "x-code-list": "missing-kind",
        "x-field-group": "s"
       },
       "sinceAt": {
        "type": "string",
        "format": "date-time",
        "x-field-group": "core"
       },
       "riskLevel": {
        "type": "string",
        "enum": [
         "no-apparent-risk",
         "low",
         "medium",
         "high"
        ],
        "x-field-group": "s"
       },
       "lastSeenArea": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "format": "text",
        "x-field-group": "l",
        "x-area": true
       },
       "contact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.school.attendance.concern-raised.v1.delivered.json",
  "title": "A school worries about attendance, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.school.attendance.concern-raised.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.school.attendance.concern-raised.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "sinceOn",
       "sessionsMissed",
       "sessionsPossible"
      ],
      "properties": {
       "sinceOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "sessionsMissed": {
        "type": "integer",
        "minimum": 0,
        "maximum": 1000,
        "x-field-group": "core"
       },
       "sessionsPossible": {
        "type": "integer",
        "minimum": 0,
        "maximum": 1000,
        "x-field-group": "core"
       },
       "pattern": {
        "type": "string",
        "enum": [
         "regular",
         "sporadic",
         "declining",
         "long-absence",
         "particular-days",
         "none"
        ],
        "x-field-group": "s"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.school.pupil.admitted.v1.delivered.json",
  "title": "A pupil was admitted, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.school.pupil.admitted.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.school.pupil.admitted.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "onRollOn",
       "enrolment"
      ],
      "properties": {
       "school": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "onRollOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "enrolment": {
        "type": "string",
        "enum": [
         "main",
         "subsidiary"
        ],
        "x-field-group": "core"
       }
      }
     }
    }
   }
  }
 },
 {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://waymark.example/schemas/events/uk.waymark.school.pupil.left.v1.delivered.json",
  "title": "A pupil left a school, as delivered",
  "type": "object",
  "allOf": [
   {
    "$ref": "delivered-envelope.json"
   }
  ],
  "properties": {
   "type": {
    "const": "uk.waymark.school.pupil.left.v1",
    "type": "string"
   },
   "dataschema": {
    "const": "https://waymark.example/schemas/events/uk.waymark.school.pupil.left.v1.delivered.json",
    "type": "string"
   },
   "data": {
    "type": "object",
    "properties": {
     "body": {
      "type": "object",
      "additionalProperties": false,
      "required": [
       "offRollOn",
       "lastAttendedOn"
      ],
      "properties": {
       "school": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "offRollOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "lastAttendedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core"
       },
       "ground": {
        "type": "string",
        "enum": [
         "registered-elsewhere",
         "moved-away",
         "home-education",
         "not-returned-after-leave",
         "cannot-be-located",
         "ill-health",
         "custody",
         "permanently-excluded",
         "boarder-fees-unpaid",
         "nursery-ended",
         "ceased-compulsory-school-age",
         "died",
         "other"
        ],
        "x-field-group": "s"
       },
       "destination": {
        "type": "string",
        "enum": [
         "school",
         "home-education",
         "abroad",
         "unknown"
        ],
        "x-field-group": "s"
       },
       "destinationSchool": {
        "$ref": "definitions.json#/$defs/organisation",
        "x-field-group": "l"
       },
       "expectedOn": {
        "type": "string",
        "format": "date",
        "x-field-group": "core",
        "x-announces": true
       },
       "parentContact": {
        "$ref": "definitions.json#/$defs/contact",
        "x-field-group": "p"
       },
       "newAddress": {
        "$ref": "definitions.json#/$defs/address",
        "x-field-group": "l"
       }
      }
     }
    }
   }
  }
 }
]

export const codeLists: readonly Json[] = [
 {
  "list": "abuse-category",
  "title": "Category of abuse",
  "year": 2024,
  "defaults": {
   "source": "DfE children in need census",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "NEG",
    "label": "neglect"
   },
   {
    "code": "PHY",
    "label": "physical abuse"
   },
   {
    "code": "SAB",
    "label": "sexual abuse"
   },
   {
    "code": "EMO",
    "label": "emotional abuse"
   },
   {
    "code": "MUL",
    "label": "multiple (discouraged)"
   }
  ]
 },
 {
  "list": "agency-kinds",
  "title": "Kinds of agency",
  "year": 2026,
  "defaults": {
   "source": "Waymark domain",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "council",
    "label": "children's services, youth justice, virtual school, early help"
   },
   {
    "code": "school",
    "label": "school, early years, alternative provision, further education"
   },
   {
    "code": "nhs",
    "label": "general practice, trust, ambulance, integrated care board, mental health, 0-19"
   },
   {
    "code": "police",
    "label": "police force"
   },
   {
    "code": "housing",
    "label": "housing team or association"
   },
   {
    "code": "hub",
    "label": "Waymark itself",
    "mayBeUsedBy": []
   }
  ]
 },
 {
  "list": "article6",
  "title": "UK GDPR Article 6 basis",
  "year": 2026,
  "defaults": {
   "source": "UK GDPR Article 6",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "A6C",
    "label": "legal obligation"
   },
   {
    "code": "A6E",
    "label": "public task"
   },
   {
    "code": "A6D",
    "label": "vital interests"
   },
   {
    "code": "A6EA",
    "label": "recognised legitimate interest: safeguarding a vulnerable individual",
    "mayBeUsedBy": [
     "housing"
    ]
   },
   {
    "code": "A6A",
    "label": "consent (usually wrong in safeguarding)"
   }
  ]
 },
 {
  "list": "article9",
  "title": "UK GDPR Article 9 condition",
  "year": 2026,
  "defaults": {
   "source": "UK GDPR Article 9",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "A9G",
    "label": "substantial public interest",
    "dpaSchedule1": "P18"
   },
   {
    "code": "A9H",
    "label": "health or social care",
    "dpaSchedule1": "P2"
   },
   {
    "code": "A9C",
    "label": "vital interests"
   },
   {
    "code": "NONE",
    "label": "no special category data"
   }
  ]
 },
 {
  "list": "ceased-reason",
  "title": "Reason an episode ceased",
  "year": 2024,
  "defaults": {
   "source": "DfE SSDA903",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "X1",
    "label": "next episode same day"
   },
   {
    "code": "E11",
    "label": "adopted, unopposed"
   },
   {
    "code": "E12",
    "label": "adopted, consent dispensed with"
   },
   {
    "code": "E2",
    "label": "died"
   },
   {
    "code": "E3",
    "label": "care taken over by another authority"
   },
   {
    "code": "E4A",
    "label": "home to people with parental responsibility, planned"
   },
   {
    "code": "E4B",
    "label": "home to people with parental responsibility, unplanned"
   },
   {
    "code": "E13",
    "label": "to people without parental responsibility"
   },
   {
    "code": "E41",
    "label": "child arrangements order"
   },
   {
    "code": "E45",
    "label": "special guardianship, former foster carer"
   },
   {
    "code": "E46",
    "label": "special guardianship, other carer"
   },
   {
    "code": "E47",
    "label": "special guardianship, relative"
   },
   {
    "code": "E48",
    "label": "special guardianship, other"
   },
   {
    "code": "E5",
    "label": "independent living, supported"
   },
   {
    "code": "E6",
    "label": "independent living, unsupported"
   },
   {
    "code": "E7",
    "label": "adult care services"
   },
   {
    "code": "E9",
    "label": "sentenced to custody"
   },
   {
    "code": "E14",
    "label": "remand ended"
   },
   {
    "code": "E15",
    "label": "assessed to be over 18"
   },
   {
    "code": "E16",
    "label": "moved abroad"
   },
   {
    "code": "E17",
    "label": "stayed with former carers"
   },
   {
    "code": "E8",
    "label": "other"
   }
  ]
 },
 {
  "list": "closure-reason",
  "title": "Reason for closure",
  "year": 2024,
  "defaults": {
   "source": "DfE children in need census",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "RC1",
    "label": "adopted"
   },
   {
    "code": "RC2",
    "label": "died"
   },
   {
    "code": "RC3",
    "label": "child arrangements order"
   },
   {
    "code": "RC4",
    "label": "special guardianship order"
   },
   {
    "code": "RC5",
    "label": "transferred to another authority"
   },
   {
    "code": "RC6",
    "label": "adult care services"
   },
   {
    "code": "RC7",
    "label": "other"
   },
   {
    "code": "RC8",
    "label": "no further action"
   },
   {
    "code": "RC9",
    "label": "early help"
   }
  ]
 },
 {
  "list": "dpa-schedule-1",
  "title": "Data Protection Act 2018 schedule 1 condition",
  "year": 2026,
  "defaults": {
   "source": "Data Protection Act 2018 schedule 1",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "P18",
    "label": "safeguarding of children and individuals at risk"
   },
   {
    "code": "P2",
    "label": "health or social care purposes"
   }
  ]
 },
 {
  "list": "gateways",
  "title": "Gateways in law",
  "year": 2026,
  "defaults": {
   "source": "legislation.gov.uk",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "CA2004-16LA",
    "label": "duty to share information about a child",
    "source": "Children Act 2004 s.16LA (Children's Wellbeing and Schools Act 2026 s.4)",
    "validFrom": "2026-09-30"
   },
   {
    "code": "CA2004-16LC",
    "label": "consistent identifier",
    "source": "Children Act 2004 s.16LC",
    "validFrom": "2026-09-30"
   },
   {
    "code": "CA2004-10",
    "label": "co-operation",
    "source": "Children Act 2004 s.10"
   },
   {
    "code": "CA2004-11",
    "label": "safeguarding duty",
    "source": "Children Act 2004 s.11"
   },
   {
    "code": "CA2004-16H",
    "label": "request by a safeguarding partner",
    "source": "Children Act 2004 s.16H",
    "verified": false
   },
   {
    "code": "CA1989-17",
    "label": "child in need",
    "source": "Children Act 1989 s.17"
   },
   {
    "code": "CA1989-27",
    "label": "help between authorities",
    "source": "Children Act 1989 s.27"
   },
   {
    "code": "CA1989-47",
    "label": "enquiry",
    "source": "Children Act 1989 s.47"
   },
   {
    "code": "CA1989-44",
    "label": "emergency protection",
    "source": "Children Act 1989 s.44"
   },
   {
    "code": "CA1989-46",
    "label": "police protection",
    "source": "Children Act 1989 s.46",
    "mayBeUsedBy": [
     "police",
     "council"
    ]
   },
   {
    "code": "CA1989-23C",
    "label": "care leavers",
    "source": "Children Act 1989 s.23C",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "CPPCR2010-11",
    "label": "out-of-area placement",
    "source": "Care Planning, Placement and Case Review Regulations 2010 reg. 11",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "CPPCR2010-13",
    "label": "placement notice",
    "source": "Care Planning, Placement and Case Review Regulations 2010 reg. 13",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "CPPCR2010-14",
    "label": "end of placement",
    "source": "Care Planning, Placement and Case Review Regulations 2010 reg. 14",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "EA1996-436A",
    "label": "children missing education",
    "source": "Education Act 1996 s.436A",
    "mayBeUsedBy": [
     "council",
     "school"
    ]
   },
   {
    "code": "EA1996-436B",
    "label": "children not in school register",
    "source": "Education Act 1996 s.436B",
    "mayBeUsedBy": [
     "council",
     "school"
    ],
    "verified": false,
    "commenced": false
   },
   {
    "code": "EA1996-436C",
    "label": "children not in school register",
    "source": "Education Act 1996 s.436C",
    "mayBeUsedBy": [
     "council",
     "school"
    ],
    "verified": false,
    "commenced": false
   },
   {
    "code": "EA1996-436D",
    "label": "children not in school register",
    "source": "Education Act 1996 s.436D",
    "mayBeUsedBy": [
     "council",
     "school"
    ],
    "verified": false,
    "commenced": false
   },
   {
    "code": "EA1996-436E",
    "label": "children not in school register",
    "source": "Education Act 1996 s.436E",
    "mayBeUsedBy": [
     "council",
     "school"
    ],
    "verified": false,
    "commenced": false
   },
   {
    "code": "EA1996-436F",
    "label": "children not in school register",
    "source": "Education Act 1996 s.436F",
    "mayBeUsedBy": [
     "council",
     "school"
    ],
    "verified": false,
    "commenced": false
   },
   {
    "code": "EA1996-436G",
    "label": "children not in school register",
    "source": "Education Act 1996 s.436G",
    "mayBeUsedBy": [
     "council",
     "school"
    ],
    "verified": false,
    "commenced": false
   },
   {
    "code": "PUPIL-REG",
    "label": "pupil registration return",
    "source": "School Attendance (Pupil Registration) (England) Regulations 2024",
    "mayBeUsedBy": [
     "school",
     "council"
    ]
   },
   {
    "code": "VPA2024-OPENC",
    "label": "Operation Encompass",
    "source": "Victims and Prisoners Act 2024",
    "mayBeUsedBy": [
     "police"
    ],
    "validFrom": "2025-11-07"
   },
   {
    "code": "HA1996-213AA",
    "label": "temporary accommodation notice, if the family agrees",
    "source": "Housing Act 1996 s.213AA",
    "mayBeUsedBy": [
     "housing",
     "council"
    ],
    "verified": false
   },
   {
    "code": "HA1996-208",
    "label": "out-of-area homelessness",
    "source": "Housing Act 1996 s.208",
    "mayBeUsedBy": [
     "housing",
     "council"
    ],
    "verified": false
   },
   {
    "code": "CDA1998-115",
    "label": "crime and disorder",
    "source": "Crime and Disorder Act 1998 s.115",
    "verified": false
   },
   {
    "code": "CL-POLICE",
    "label": "common-law policing",
    "source": "common law",
    "mayBeUsedBy": [
     "police"
    ],
    "verified": false
   },
   {
    "code": "CJA2003-325",
    "label": "multi-agency public protection",
    "source": "Criminal Justice Act 2003 s.325",
    "verified": false
   },
   {
    "code": "CHILD-DEATH-REVIEW",
    "label": "child death review",
    "source": "Children Act 2004 s.16M"
   },
   {
    "code": "ADOPTION",
    "label": "adoption agency regulations",
    "source": "Adoption and Children Act 2002",
    "mayBeUsedBy": [
     "council",
     "nhs"
    ]
   },
   {
    "code": "UKGDPR-16",
    "label": "correction",
    "source": "UK GDPR Article 16"
   },
   {
    "code": "UKGDPR-19",
    "label": "telling recipients of a correction",
    "source": "UK GDPR Article 19"
   }
  ]
 },
 {
  "list": "gp-removal",
  "title": "Reason a GP registration ended",
  "year": 2024,
  "defaults": {
   "source": "NHS Personal Demographics Service",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "nhs"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "DEA",
    "label": "died"
   },
   {
    "code": "EMB",
    "label": "emigrated"
   },
   {
    "code": "SCT",
    "label": "moved to Scotland"
   },
   {
    "code": "NIT",
    "label": "moved to Northern Ireland"
   },
   {
    "code": "TRA",
    "label": "temporary resident not returned"
   },
   {
    "code": "ORR",
    "label": "other reason"
   }
  ]
 },
 {
  "list": "legal-status",
  "title": "Legal status",
  "year": 2024,
  "defaults": {
   "source": "DfE SSDA903",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "C1",
    "label": "interim care order"
   },
   {
    "code": "C2",
    "label": "care order"
   },
   {
    "code": "D1",
    "label": "freeing order"
   },
   {
    "code": "E1",
    "label": "placement order"
   },
   {
    "code": "V2",
    "label": "accommodated under section 20"
   },
   {
    "code": "V3",
    "label": "short breaks, under an agreed series"
   },
   {
    "code": "V4",
    "label": "short breaks, single"
   },
   {
    "code": "L1",
    "label": "police protection"
   },
   {
    "code": "L2",
    "label": "emergency protection order"
   },
   {
    "code": "L3",
    "label": "child assessment order"
   },
   {
    "code": "J1",
    "label": "remand"
   },
   {
    "code": "J2",
    "label": "accommodated under PACE"
   },
   {
    "code": "J3",
    "label": "youth rehabilitation order"
   }
  ]
 },
 {
  "list": "missing-kind",
  "title": "Missing or away",
  "year": 2024,
  "defaults": {
   "source": "DfE SSDA903",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "police"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "M",
    "label": "missing"
   },
   {
    "code": "A",
    "label": "away from placement without authorisation"
   }
  ]
 },
 {
  "list": "placement-change",
  "title": "Reason for placement change",
  "year": 2024,
  "defaults": {
   "source": "DfE SSDA903",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "CARPL",
    "label": "care plan"
   },
   {
    "code": "CLOSE",
    "label": "placement closed"
   },
   {
    "code": "ALLEG",
    "label": "allegation"
   },
   {
    "code": "STAND",
    "label": "standards of care"
   },
   {
    "code": "APPRR",
    "label": "approval removed"
   },
   {
    "code": "CREQB",
    "label": "carer requests, behaviour"
   },
   {
    "code": "CREQO",
    "label": "carer requests, other"
   },
   {
    "code": "CHILD",
    "label": "child requests"
   },
   {
    "code": "LAREQ",
    "label": "responsible authority requests"
   },
   {
    "code": "PLACE",
    "label": "area authority requests"
   },
   {
    "code": "CUSTOD",
    "label": "custody arrangement"
   },
   {
    "code": "OTHER",
    "label": "other"
   }
  ]
 },
 {
  "list": "placement-provider",
  "title": "Placement provider",
  "year": 2024,
  "defaults": {
   "source": "DfE SSDA903",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "PR0",
    "label": "parent"
   },
   {
    "code": "PR1",
    "label": "own local authority"
   },
   {
    "code": "PR2",
    "label": "other local authority"
   },
   {
    "code": "PR3",
    "label": "other public body"
   },
   {
    "code": "PR4",
    "label": "private"
   },
   {
    "code": "PR5",
    "label": "voluntary"
   }
  ]
 },
 {
  "list": "placement-type",
  "title": "Placement type; careKind is what leaves in its stead",
  "year": 2024,
  "defaults": {
   "source": "DfE SSDA903",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "A3",
    "label": "adoption, consent, with current foster carer",
    "careKind": "foster"
   },
   {
    "code": "A4",
    "label": "adoption, consent, not with current foster carer",
    "careKind": "foster"
   },
   {
    "code": "A5",
    "label": "adoption, placement order, with current foster carer",
    "careKind": "foster"
   },
   {
    "code": "A6",
    "label": "adoption, placement order, not with current foster carer",
    "careKind": "foster"
   },
   {
    "code": "H5",
    "label": "semi-independent living",
    "careKind": "other"
   },
   {
    "code": "K1",
    "label": "secure children's home",
    "careKind": "residential"
   },
   {
    "code": "K2",
    "label": "children's home",
    "careKind": "residential"
   },
   {
    "code": "P1",
    "label": "own parents",
    "careKind": "other"
   },
   {
    "code": "P2",
    "label": "independent living",
    "careKind": "other"
   },
   {
    "code": "P3",
    "label": "residential employment",
    "careKind": "other"
   },
   {
    "code": "R1",
    "label": "residential care home",
    "careKind": "residential"
   },
   {
    "code": "R2",
    "label": "NHS establishment",
    "careKind": "residential"
   },
   {
    "code": "R3",
    "label": "family centre or mother and baby unit",
    "careKind": "residential"
   },
   {
    "code": "R5",
    "label": "young offender institution",
    "careKind": "other"
   },
   {
    "code": "S1",
    "label": "residential school",
    "careKind": "residential"
   },
   {
    "code": "T0",
    "label": "all types of temporary move",
    "careKind": "other"
   },
   {
    "code": "T1",
    "label": "temporary, hospital",
    "careKind": "other"
   },
   {
    "code": "T2",
    "label": "temporary, holiday",
    "careKind": "other"
   },
   {
    "code": "T3",
    "label": "temporary, carer's holiday",
    "careKind": "other"
   },
   {
    "code": "T4",
    "label": "temporary, other",
    "careKind": "other"
   },
   {
    "code": "U1",
    "label": "kin foster, long-term",
    "careKind": "kin"
   },
   {
    "code": "U2",
    "label": "kin foster, also approved adopter",
    "careKind": "kin"
   },
   {
    "code": "U3",
    "label": "kin foster, other",
    "careKind": "kin"
   },
   {
    "code": "U4",
    "label": "foster, long-term",
    "careKind": "foster"
   },
   {
    "code": "U5",
    "label": "foster, also approved adopter",
    "careKind": "foster"
   },
   {
    "code": "U6",
    "label": "foster, other",
    "careKind": "foster"
   },
   {
    "code": "Z1",
    "label": "other",
    "careKind": "other"
   }
  ]
 },
 {
  "list": "primary-need",
  "title": "Primary need",
  "year": 2024,
  "defaults": {
   "source": "DfE children in need census",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "N1",
    "label": "abuse or neglect"
   },
   {
    "code": "N2",
    "label": "child's disability or illness"
   },
   {
    "code": "N3",
    "label": "parental illness or disability"
   },
   {
    "code": "N4",
    "label": "family in acute stress"
   },
   {
    "code": "N5",
    "label": "family dysfunction"
   },
   {
    "code": "N6",
    "label": "socially unacceptable behaviour"
   },
   {
    "code": "N7",
    "label": "low income"
   },
   {
    "code": "N8",
    "label": "absent parenting"
   },
   {
    "code": "N9",
    "label": "not in need"
   },
   {
    "code": "N0",
    "label": "not stated"
   }
  ]
 },
 {
  "list": "purposes",
  "title": "Purposes for which the hub shares",
  "year": 2026,
  "defaults": {
   "source": "Waymark domain",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "safeguard-child",
    "label": "safeguard child"
   },
   {
    "code": "promote-welfare",
    "label": "promote welfare"
   },
   {
    "code": "urgent-care",
    "label": "urgent care"
   },
   {
    "code": "education-continuity",
    "label": "education continuity"
   },
   {
    "code": "care-placement",
    "label": "care placement"
   },
   {
    "code": "find-missing-child",
    "label": "find missing child"
   },
   {
    "code": "domestic-abuse-support",
    "label": "domestic abuse support"
   },
   {
    "code": "homeless-family-support",
    "label": "homeless family support"
   },
   {
    "code": "identity-quality",
    "label": "identity quality"
   },
   {
    "code": "child-death-review",
    "label": "child death review"
   },
   {
    "code": "subject-rights",
    "label": "subject rights"
   },
   {
    "code": "audit",
    "label": "audit"
   }
  ]
 },
 {
  "list": "referral-source",
  "title": "Referral source",
  "year": 2024,
  "defaults": {
   "source": "DfE children in need census",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "1A",
    "label": "family"
   },
   {
    "code": "1B",
    "label": "acquaintance"
   },
   {
    "code": "1C",
    "label": "self"
   },
   {
    "code": "1D",
    "label": "other individual"
   },
   {
    "code": "2A",
    "label": "school"
   },
   {
    "code": "2B",
    "label": "education service"
   },
   {
    "code": "3A",
    "label": "general practice"
   },
   {
    "code": "3B",
    "label": "health visitor"
   },
   {
    "code": "3C",
    "label": "school nurse"
   },
   {
    "code": "3D",
    "label": "other primary care"
   },
   {
    "code": "3E",
    "label": "accident and emergency"
   },
   {
    "code": "3F",
    "label": "other health service"
   },
   {
    "code": "4",
    "label": "housing"
   },
   {
    "code": "5A",
    "label": "social care"
   },
   {
    "code": "5B",
    "label": "other internal service"
   },
   {
    "code": "5C",
    "label": "other local authority"
   },
   {
    "code": "5D",
    "label": "early help"
   },
   {
    "code": "6",
    "label": "police"
   },
   {
    "code": "7",
    "label": "legal agency"
   },
   {
    "code": "8",
    "label": "other"
   },
   {
    "code": "9",
    "label": "anonymous"
   },
   {
    "code": "10",
    "label": "unknown"
   }
  ]
 },
 {
  "list": "refused-purposes",
  "title": "Purposes that are refused everywhere",
  "year": 2026,
  "defaults": {
   "source": "Waymark domain",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [],
   "verified": true
  },
  "codes": [
   {
    "code": "immigration-enforcement",
    "label": "immigration enforcement"
   },
   {
    "code": "benefit-policing",
    "label": "policing of benefits"
   }
  ]
 },
 {
  "list": "regime",
  "title": "Part of the Data Protection Act 2018",
  "year": 2026,
  "defaults": {
   "source": "Data Protection Act 2018",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "PART2",
    "label": "general processing"
   },
   {
    "code": "PART3",
    "label": "law enforcement processing",
    "mayBeUsedBy": [
     "police"
    ]
   }
  ]
 },
 {
  "list": "roles",
  "title": "Roles",
  "year": 2026,
  "defaults": {
   "source": "Waymark domain",
   "validFrom": null,
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "lead-social-worker",
    "label": "lead social worker",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "duty-social-worker",
    "label": "duty social worker",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "reviewing-officer",
    "label": "reviewing officer",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "virtual-school-head",
    "label": "virtual school head",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "missing-education-officer",
    "label": "missing education officer",
    "mayBeUsedBy": [
     "council"
    ]
   },
   {
    "code": "designated-safeguarding-lead",
    "label": "designated safeguarding lead",
    "mayBeUsedBy": [
     "school"
    ]
   },
   {
    "code": "attendance-lead",
    "label": "attendance lead",
    "mayBeUsedBy": [
     "school"
    ]
   },
   {
    "code": "gp",
    "label": "gp",
    "mayBeUsedBy": [
     "nhs"
    ]
   },
   {
    "code": "health-visitor",
    "label": "health visitor",
    "mayBeUsedBy": [
     "nhs"
    ]
   },
   {
    "code": "school-nurse",
    "label": "school nurse",
    "mayBeUsedBy": [
     "nhs"
    ]
   },
   {
    "code": "emergency-clinician",
    "label": "emergency clinician",
    "mayBeUsedBy": [
     "nhs"
    ]
   },
   {
    "code": "safeguarding-nurse",
    "label": "safeguarding nurse",
    "mayBeUsedBy": [
     "nhs"
    ]
   },
   {
    "code": "mental-health-clinician",
    "label": "mental health clinician",
    "mayBeUsedBy": [
     "nhs"
    ]
   },
   {
    "code": "police-safeguarding-officer",
    "label": "police safeguarding officer",
    "mayBeUsedBy": [
     "police"
    ]
   },
   {
    "code": "missing-person-officer",
    "label": "missing person officer",
    "mayBeUsedBy": [
     "police"
    ]
   },
   {
    "code": "marac-coordinator",
    "label": "marac coordinator",
    "mayBeUsedBy": [
     "police"
    ]
   },
   {
    "code": "housing-officer",
    "label": "housing officer",
    "mayBeUsedBy": [
     "housing"
    ]
   },
   {
    "code": "data-steward",
    "label": "data steward",
    "mayBeUsedBy": [
     "hub"
    ]
   },
   {
    "code": "data-protection-officer",
    "label": "data protection officer",
    "mayBeUsedBy": [
     "hub"
    ]
   },
   {
    "code": "auditor",
    "label": "auditor",
    "mayBeUsedBy": [
     "hub"
    ]
   },
   {
    "code": "guardian-desk",
    "label": "guardian desk",
    "mayBeUsedBy": [
     "hub"
    ]
   },
   {
    "code": "family-desk",
    "label": "family desk",
    "mayBeUsedBy": [
     "hub"
    ]
   },
   {
    "code": "agency-administrator",
    "label": "agency administrator",
    "mayBeUsedBy": [
     "hub"
    ]
   },
   {
    "code": "system-client",
    "label": "a program, where no person asked"
   }
  ]
 },
 {
  "list": "withholding-reasons",
  "title": "Reasons for leaving the identifier out",
  "year": 2026,
  "defaults": {
   "source": "Children Act 2004 s.16LC",
   "validFrom": "2026-09-30",
   "validTo": null,
   "mayBeUsedBy": [
    "council",
    "school",
    "nhs",
    "police",
    "housing"
   ],
   "verified": true
  },
  "codes": [
   {
    "code": "NOT_FACILITATING",
    "label": "it would not help",
    "mayMatch": false
   },
   {
    "code": "MORE_DETRIMENTAL",
    "label": "it would be more detrimental to the child",
    "mayMatch": false
   },
   {
    "code": "UNKNOWN_WOULD_DELAY",
    "label": "finding it would delay unreasonably",
    "mayMatch": true
   }
  ]
 }
]
