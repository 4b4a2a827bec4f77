"""What people are told of registrations and of leads that are handed over."""

from relatum import Template

registration_submitted = Template(
    "To decide: {{ record.title }}",
    "Dear {{ person.name }},\n\na partner has registered a deal: {{ record.title }} ({{ record.number }}).\n"
    "Please decide on it by {{ record.answer_by }}.\n",
)
registration_asked = Template(
    "A question about {{ record.title }}",
    "Dear {{ person.name }},\n\nbefore we decide on {{ record.title }} ({{ record.number }}) we have a question:\n\n"
    "{{ record.question }}\n\nPlease answer by {{ record.answer_by }}.\n",
)
registration_answered = Template(
    "An answer about {{ record.title }}",
    "Dear {{ person.name }},\n\nyour question about {{ record.title }} ({{ record.number }}) is answered:\n\n"
    "{{ record.answer }}\n",
)
registration_approved = Template(
    "Approved: {{ record.title }}",
    "Dear {{ person.name }},\n\nwe have approved {{ record.title }} ({{ record.number }}): the deal is protected.\n"
    "{{ record.remark }}\n",
)
registration_declined = Template(
    "Declined: {{ record.title }}",
    "Dear {{ person.name }},\n\nwe cannot approve {{ record.title }} ({{ record.number }}).\n{{ record.remark }}\n",
)
registration_withdrawn = Template(
    "Withdrawn: {{ record.title }}",
    "Dear {{ person.name }},\n\n{{ record.title }} ({{ record.number }}) is withdrawn.\n",
)
registration_lapsed = Template(
    "No longer protected: {{ record.title }}",
    "Dear {{ person.name }},\n\n{{ record.title }} ({{ record.number }}) has lapsed: the deal is not protected any more.\n",
)
registration_overdue = Template(
    "Nobody has decided on {{ record.title }}",
    "Dear {{ person.name }},\n\nnobody has decided on {{ record.title }} ({{ record.number }}) in time.\n"
    "It was to be answered by {{ record.answer_by }}.\n",
)
lead_offered = Template(
    "A lead for you",
    "Dear {{ person.name }},\n\nwe have a lead for your firm. Please accept or decline it by {{ record.answer_by }}.\n",
)
lead_taken = Template(
    "A partner has accepted a lead",
    "Dear {{ person.name }},\n\na lead was accepted: {{ record.label }}.\n",
)
lead_left = Template(
    "No partner takes a lead",
    "Dear {{ person.name }},\n\nno partner to whom it was offered takes this lead: {{ record.label }}.\n",
)
