/** Mappings of data sets that many people use, in the form that a mapping file has (docs/linkage.md). */
export const knownMappings: Readonly<Record<string, unknown>> = {
  febrl: {
    id: 'rec_id',
    fields: [
      { type: 'name', given: 'given_name', surname: 'surname' },
      { type: 'date', column: 'date_of_birth' },
      { type: 'identifier', column: 'soc_sec_id' },
      { type: 'postcode', column: 'postcode' },
      { type: 'identifier', column: 'street_number' },
      { type: 'address', column: 'address_1' },
      { type: 'address', column: 'address_2' },
      { type: 'place', column: 'suburb' },
      { type: 'category', column: 'state' },
    ],
  },
  historical: {
    id: 'unique_id',
    fields: [
      { type: 'name', given: 'first_name', surname: 'surname', other: 'full_name' },
      { type: 'date', column: 'dob' },
      { type: 'postcode', column: 'postcode_fake' },
      { type: 'place', column: 'birth_place' },
      { type: 'category', column: 'occupation' },
      { type: 'category', column: 'gender' },
    ],
  },
  kidsbench: {
    id: 'record_id',
    fields: [
      { type: 'name', given: 'given', surname: 'family', other: 'former_family' },
      { type: 'date', column: 'born_on' },
      { type: 'identifier', column: 'nhs_number' },
      { type: 'identifier', column: 'upn' },
      { type: 'identifier', column: 'uln' },
      { type: 'postcode', column: 'postcode' },
      { type: 'identifier', column: 'uprn' },
      { type: 'category', column: 'sex' },
      { type: 'name', given: 'mother_given', surname: 'mother_family' },
      { type: 'date', column: 'mother_born_on' },
      { type: 'category', column: 'birth_order' },
      { type: 'category', column: 'school' },
    ],
  },
}
